// From the preamble to the WELCOME, step by step. No terminal call.

#define HANDSHAKE_WAITS 0
#define HANDSHAKE_DONE 1
#define HANDSHAKE_FAILED 2

enum HandshakeStage {
  STAGE_PREAMBLE = 1,
  STAGE_CHALLENGE = 2,
  STAGE_WELCOME = 3,
  STAGE_OVER = 4
};

enum HandshakeFailure {
  FAILURE_NONE = 0,
  FAILURE_NO_GATEWAY = 1,
  FAILURE_REJECTED = 2,
  FAILURE_UNPROVEN = 3,
  FAILURE_PROTOCOL = 4
};

// Who the bridge is; all that a HELLO says.
struct Identity {
  string terminal_id;
  long login;
  string broker_server;
  string company;
  string program;
  uint terminal_build;
  int utc_offset_seconds;
  uint capabilities;
};

class Handshake {
private:
  uchar m_key[];
  uchar m_server_nonce[];
  uchar m_client_nonce[];
  int m_stage;
  int m_version;
  int m_failure;
  string m_message;
  int m_reject_reason;
  uint m_retry_after_ms;
  long m_epoch;
  uint m_heartbeat_ms;
  uint m_max_frame_bytes;

  int Fail(const int failure, const string message) {
    m_stage = STAGE_OVER;
    m_failure = failure;
    m_message = message;
    return HANDSHAKE_FAILED;
  }

  // Judges each byte of the magic number as it comes, so that a web server is not waited for.
  int ReadPreamble(Inbox &inbox) {
    uchar magic[4] = {0x4d, 0x54, 0x35, 0x47};
    for(int i = 0; i < 4 && i < inbox.Waiting(); i++) {
      if(inbox.Peek(i) != magic[i]) return Fail(FAILURE_NO_GATEWAY, "it does not speak the bridge protocol");
    }
    if(inbox.Waiting() < PREAMBLE_BYTES) return HANDSHAKE_WAITS;
    m_version = inbox.Peek(4);
    inbox.Skip(PREAMBLE_BYTES);
    m_stage = STAGE_CHALLENGE;
    return HANDSHAKE_WAITS;
  }

  int ReadReject(ByteReader &reader) {
    m_reject_reason = reader.U8();
    string message = reader.Text();
    m_retry_after_ms = reader.U32();
    if(!reader.IsGood()) return Fail(FAILURE_PROTOCOL, "its REJECT cannot be read: " + reader.Fault());
    return Fail(FAILURE_REJECTED, message);
  }

  void WriteHello(ByteWriter &writer, const Identity &identity) {
    ByteWriter fields;
    fields.Name(identity.terminal_id);
    fields.C64(identity.login);
    fields.Name(identity.broker_server);
    fields.Name(identity.company);
    fields.Name(identity.program);
    fields.U32(identity.terminal_build);
    fields.I32(identity.utc_offset_seconds);
    fields.U32(identity.capabilities);
    fields.Bytes(m_client_nonce, 0, NONCE_BYTES);
    uchar bytes[];
    ArrayResize(bytes, fields.Count());
    fields.CopyTo(bytes, 0);
    Hmac proof;
    proof.Begin(m_key);
    proof.PutLabel("mt5g1 terminal");
    proof.Update(m_server_nonce, 0, NONCE_BYTES);
    proof.Update(bytes, 0, fields.Count());
    uchar mac[];
    proof.Finish(mac);
    writer.BeginFrame(MESSAGE_HELLO, 0);
    writer.Bytes(bytes, 0, fields.Count());
    writer.Bytes(mac, 0, MAC_BYTES);
    writer.EndFrame(false);
  }

  int ReadChallenge(ByteReader &reader, ByteWriter &writer, const Identity &identity) {
    if(m_version != PROTOCOL_VERSION) {
      return Fail(FAILURE_PROTOCOL, "it chose version " + IntegerToString(m_version) + " of the protocol");
    }
    reader.Bytes(m_server_nonce, NONCE_BYTES);
    if(!reader.IsGood()) return Fail(FAILURE_PROTOCOL, "its CHALLENGE cannot be read: " + reader.Fault());
    WriteHello(writer, identity);
    m_stage = STAGE_WELCOME;
    return HANDSHAKE_WAITS;
  }

  int ReadWelcome(ByteReader &reader) {
    uchar promise[];
    reader.Bytes(promise, 16);
    uchar mac[];
    reader.Bytes(mac, MAC_BYTES);
    if(!reader.IsGood()) return Fail(FAILURE_PROTOCOL, "its WELCOME cannot be read: " + reader.Fault());
    Hmac proof;
    proof.Begin(m_key);
    proof.PutLabel("mt5g1 gateway");
    proof.Update(m_server_nonce, 0, NONCE_BYTES);
    proof.Update(m_client_nonce, 0, NONCE_BYTES);
    proof.Update(promise, 0, 16);
    uchar expected[];
    proof.Finish(expected);
    if(!IsSameMac(mac, expected)) return Fail(FAILURE_UNPROVEN, "its proof is wrong");
    ByteReader fields;
    fields.Load(promise, 0, 16);
    m_epoch = fields.C64();
    m_heartbeat_ms = fields.U32();
    m_max_frame_bytes = fields.U32();
    if(m_heartbeat_ms < 10) m_heartbeat_ms = 10;
    if(m_max_frame_bytes > MAX_FRAME_BYTES) m_max_frame_bytes = MAX_FRAME_BYTES;
    m_stage = STAGE_OVER;
    return HANDSHAKE_DONE;
  }

  int Accept(const int number, ByteReader &reader, ByteWriter &writer, const Identity &identity) {
    if(number == MESSAGE_REJECT) return ReadReject(reader);
    if(number == MESSAGE_CHALLENGE && m_stage == STAGE_CHALLENGE) return ReadChallenge(reader, writer, identity);
    if(number == MESSAGE_WELCOME && m_stage == STAGE_WELCOME) return ReadWelcome(reader);
    return Fail(FAILURE_PROTOCOL, "it sent message " + IntegerToString(number) + " in the handshake");
  }

public:
  Handshake() {
    ArrayResize(m_key, 0);
    uchar none[];
    ArrayResize(none, 0);
    Start(none, none);
  }

  // A new connection: `nonce` must be fresh.
  void Start(const uchar &key[], const uchar &nonce[]) {
    ArrayResize(m_key, ArraySize(key));
    for(int i = 0; i < ArraySize(key); i++) m_key[i] = key[i];
    ArrayResize(m_client_nonce, ArraySize(nonce));
    for(int i = 0; i < ArraySize(nonce); i++) m_client_nonce[i] = nonce[i];
    ArrayResize(m_server_nonce, 0);
    m_stage = STAGE_PREAMBLE;
    m_version = 0;
    m_failure = FAILURE_NONE;
    m_message = "";
    m_reject_reason = 0;
    m_retry_after_ms = 0;
    m_epoch = 0;
    m_heartbeat_ms = 5000;
    m_max_frame_bytes = MAX_FRAME_BYTES;
  }

  void WritePreamble(ByteWriter &writer) {
    uchar preamble[8] = {0x4d, 0x54, 0x35, 0x47, PROTOCOL_VERSION, PROTOCOL_VERSION, 0, 0};
    writer.Bytes(preamble, 0, PREAMBLE_BYTES);
  }

  // Takes what has come as far as it goes.
  int Advance(Inbox &inbox, ByteWriter &writer, const Identity &identity) {
    if(m_stage == STAGE_PREAMBLE) {
      int outcome = ReadPreamble(inbox);
      if(outcome == HANDSHAKE_FAILED || m_stage == STAGE_PREAMBLE) return outcome;
    }
    int result = HANDSHAKE_WAITS;
    ByteReader reader;
    while(result == HANDSHAKE_WAITS) {
      int frame = inbox.Next();
      if(frame == FRAME_BROKEN) return Fail(FAILURE_PROTOCOL, inbox.Fault());
      if(frame == FRAME_NONE) return HANDSHAKE_WAITS;
      inbox.LoadPayload(reader);
      result = Accept(inbox.MessageOf(), reader, writer, identity);
    }
    return result;
  }

  int Failure() const { return m_failure; }

  string Message() const { return m_message; }

  int RejectedFor() const { return m_reject_reason; }

  uint RetryAfterMs() const { return m_retry_after_ms; }

  long Epoch() const { return m_epoch; }

  uint HeartbeatMs() const { return m_heartbeat_ms; }

  uint MaxFrameBytes() const { return m_max_frame_bytes; }
};
