// Bytes that came, cut into frames. No terminal call.

#define FRAME_NONE 0
#define FRAME_READY 1
#define FRAME_BROKEN 2

class Inbox {
private:
  uchar m_bytes[];
  int m_from;
  int m_size;
  int m_most;
  int m_number;
  uint m_request_id;
  int m_payload_from;
  int m_payload_size;
  string m_fault;

  uint Number(const int at, const int count) const {
    uint value = 0;
    for(int i = 0; i < count; i++) value |= (uint)m_bytes[m_from + at + i] << (8 * i);
    return value;
  }

  // What was read goes; the rest moves to the front, so that the buffer never grows beyond one frame and one read.
  void Compact() {
    if(m_from == 0) return;
    for(int i = m_from; i < m_size; i++) m_bytes[i - m_from] = m_bytes[i];
    m_size -= m_from;
    m_from = 0;
  }

public:
  Inbox() {
    ArrayResize(m_bytes, 4096);
    Reset();
  }

  void Reset() {
    m_from = 0;
    m_size = 0;
    m_most = HANDSHAKE_FRAME_BYTES;
    m_number = 0;
    m_request_id = 0;
    m_payload_from = 0;
    m_payload_size = 0;
    m_fault = "";
  }

  // Largest payload from now on, bytes.
  void Allow(const int most) { m_most = most; }

  void Append(const uchar &bytes[], const int count) {
    Compact();
    if(m_size + count > ArraySize(m_bytes)) ArrayResize(m_bytes, 2 * (m_size + count));
    ArrayCopy(m_bytes, bytes, m_size, 0, count);
    m_size += count;
  }

  int Waiting() const { return m_size - m_from; }

  uchar Peek(const int index) const { return m_bytes[m_from + index]; }

  void Skip(const int count) { m_from += count; }

  // The header is judged as soon as it is there, before any of the payload is waited for.
  int Next() {
    if(m_fault != "") return FRAME_BROKEN;
    if(Waiting() < FRAME_HEADER_BYTES) return FRAME_NONE;
    uint length = Number(0, 4);
    uint flags = Number(6, 2);
    if(length > (uint)m_most) {
      m_fault = "a frame of " + IntegerToString((long)length) + " bytes was announced, at most " +
                IntegerToString(m_most) + " are allowed";
      return FRAME_BROKEN;
    }
    if(flags != 0) {
      m_fault = "a frame has the flags " + IntegerToString((long)flags) + ", which a gateway never sets";
      return FRAME_BROKEN;
    }
    if(Waiting() < FRAME_HEADER_BYTES + (int)length) return FRAME_NONE;
    m_number = (int)Number(4, 2);
    m_request_id = Number(8, 4);
    m_payload_from = m_from + FRAME_HEADER_BYTES;
    m_payload_size = (int)length;
    m_from += FRAME_HEADER_BYTES + (int)length;
    return FRAME_READY;
  }

  int MessageOf() const { return m_number; }

  uint RequestOf() const { return m_request_id; }

  // Before the next Append.
  void LoadPayload(ByteReader &reader) const { reader.Load(m_bytes, m_payload_from, m_payload_size); }

  string Fault() const { return m_fault; }
};
