// The bridge: dials, shakes hands, keeps one session alive, and dials again after its end. The timer calls Pump(), which
// does all work and takes a few milliseconds at most.

#define PROGRAM_NAME "Mt5GatewayBridge 1.0"
#define HANDSHAKE_LIMIT_MS 10000
#define SENDS_PER_PUMP 8
#define READS_PER_PUMP 8
#define STALL_MS 500

enum BridgePhase {
  PHASE_AWAY = 1,
  PHASE_HANDSHAKE = 2,
  PHASE_SESSION = 3
};

class Bridge {
private:
  BridgeSettings m_settings;
  uchar m_key[];
  Journal m_journal;
  Link m_link;
  Inbox m_inbox;
  Outbox m_outbox;
  Handshake m_handshake;
  Identity m_identity;
  Redial m_redial;
  ServerClock m_clock;
  Session m_session;
  int m_phase;
  ulong m_dial_ms;
  ulong m_linked_ms;
  ulong m_pumped_ms;
  ulong m_nonces;
  Outage m_outage;
  bool m_is_broker_connected;
  long m_login;

  string Address() const { return m_settings.host + ":" + IntegerToString(m_settings.port); }

  // HMAC of all values that differ between connections, under the key: never the same twice, and unpredictable without
  // the key.
  void FreshNonce(uchar &nonce[]) {
    m_nonces++;
    Hmac source;
    source.Begin(m_key);
    source.PutLabel("mt5g1 nonce");
    source.PutNumber(m_nonces);
    source.PutNumber(GetMicrosecondCount());
    source.PutNumber(GetTickCount64());
    source.PutNumber((ulong)(long)TimeLocal());
    source.PutNumber((ulong)AccountInfoInteger(ACCOUNT_LOGIN));
    source.Finish(nonce);
  }

  void Identify() {
    m_identity.terminal_id = m_settings.terminal_id;
    m_identity.login = AccountInfoInteger(ACCOUNT_LOGIN);
    m_identity.broker_server = AccountInfoString(ACCOUNT_SERVER);
    m_identity.company = AccountInfoString(ACCOUNT_COMPANY);
    m_identity.program = PROGRAM_NAME;
    m_identity.terminal_build = NotNegative(TerminalInfoInteger(TERMINAL_BUILD));
    m_identity.utc_offset_seconds = m_clock.UtcOffsetSeconds();
    m_identity.capabilities = CAPABILITY_INDICATORS | CAPABILITY_PUSH;
    if(m_settings.allows_restart) m_identity.capabilities |= CAPABILITY_RESTART;
  }

  // Ends the connection; dials the next one after a pause.
  void Leave(const ulong asked_ms, const ulong now_ms) {
    if(m_phase == PHASE_SESSION) {
      m_redial.SessionLasted(now_ms - m_linked_ms);
      m_outage.SessionLasted(now_ms - m_linked_ms);
    }
    m_link.Close();
    m_inbox.Reset();
    m_outbox.Reset();
    m_phase = PHASE_AWAY;
    // The last three digits of a microsecond counter are random enough here.
    m_dial_ms = now_ms + m_redial.NextPause(asked_ms, (int)(GetMicrosecondCount() % 1000));
  }

  void SendWhatFits() {
    uchar piece[];
    for(int i = 0; i < SENDS_PER_PUMP && m_outbox.Unsent() > 0; i++) {
      int count = m_outbox.Copy(piece, SEND_BYTES);
      int sent = m_link.Send(piece, count);
      m_outbox.Sent(sent);
      if(sent == 0) return;
    }
  }

  void ReceiveWhatIsThere(const ulong now_ms) {
    for(int i = 0; i < READS_PER_PUMP; i++) {
      uchar bytes[];
      int count = m_link.Receive(bytes);
      if(count <= 0) return;
      m_inbox.Append(bytes, count);
      m_session.Heard(now_ms);
    }
  }

  void Complain(const string text, const ulong now_ms) { m_outage.Complain(text, m_journal, now_ms); }

  void SayOfSession(const string text, const ulong now_ms) { m_outage.SayOfSession(text, m_journal, now_ms); }

  void Dial(const ulong now_ms) {
    if(AccountInfoInteger(ACCOUNT_LOGIN) == 0) {
      string what = "this terminal is not logged in to an account. Log in (File > Login to Trade Account); the bridge " +
                    "waits for it.";
      m_journal.SayOnce(TOPIC_ACCOUNT, what, now_ms);
      m_dial_ms = now_ms + REDIAL_FIRST_MS;
      return;
    }
    m_journal.Forget(TOPIC_ACCOUNT);
    int outcome = m_link.Dial(m_settings.host, (uint)m_settings.port, m_settings.use_tls);
    // Connecting is the one call here that may take long.
    ulong after_ms = GetTickCount64();
    if(outcome != DIAL_CONNECTED) {
      Complain(DialHint(m_settings, outcome, m_link.Code()), after_ms);
      Leave(0, after_ms);
      return;
    }
    m_inbox.Reset();
    m_outbox.Reset();
    uchar nonce[];
    FreshNonce(nonce);
    Identify();
    m_handshake.Start(m_key, nonce);
    ByteWriter writer;
    m_handshake.WritePreamble(writer);
    m_outbox.Put(writer);
    m_phase = PHASE_HANDSHAKE;
    m_linked_ms = after_ms;
  }

  void HandshakeFailed(const ulong now_ms) {
    switch(m_handshake.Failure()) {
      case FAILURE_REJECTED: {
        // The seconds until the next attempt count down in the gateway's words: compare the hint only.
        string refusal = "the gateway refused: " + m_handshake.Message() + ". ";
        if(m_handshake.RejectedFor() == REJECT_TOO_MANY_FAILURES) refusal = "the gateway refused. ";
        m_journal.SayOnce(TOPIC_REJECT, refusal + RejectHint(m_handshake.RejectedFor(), m_identity), now_ms);
        break;
      }
      case FAILURE_NO_GATEWAY:
        Complain("what listens at " + Address() + " is not the gateway's bridge port: " + m_handshake.Message() +
                 ". Correct InpHost and InpPort (the gateway's BRIDGE_PORT, not its HTTP port); with TLS on one side " +
                 "only, correct InpUseTls.", now_ms);
        break;
      case FAILURE_UNPROVEN:
        m_journal.SayOnce(TOPIC_REJECT, "the gateway at " + Address() + " does not have the key of \"" +
                          m_settings.terminal_id + "\", so nothing was told to it. Is it the right gateway? Compare " +
                          "InpKey with: npm run keys -- terminal " + m_settings.terminal_id, now_ms);
        break;
      default:
        m_journal.SayOnce(TOPIC_PROTOCOL, "the gateway at " + Address() + " broke the protocol: " +
                          m_handshake.Message() + ". Install the bridge that belongs to the gateway's release.", now_ms);
    }
    Leave(m_handshake.RetryAfterMs(), now_ms);
  }

  void Welcomed(const ulong now_ms) {
    m_inbox.Allow((int)m_handshake.MaxFrameBytes());
    m_phase = PHASE_SESSION;
    m_linked_ms = now_ms;
    m_redial.Welcomed();
    m_session.Open(m_handshake.HeartbeatMs(), now_ms);
    // Before any request is answered that came with the WELCOME.
    m_session.Pulse(m_clock, m_outbox, now_ms);
    string after = m_outage.Over();
    m_journal.Forget(TOPIC_REJECT);
    SayOfSession("connected to the gateway at " + Address() + " as " + m_settings.terminal_id + after + " (session " +
                 IntegerToString(m_handshake.Epoch()) + ").", now_ms);
  }

  void ContinueHandshake(const ulong now_ms) {
    ByteWriter writer;
    int outcome = m_handshake.Advance(m_inbox, writer, m_identity);
    if(writer.Count() > 0) m_outbox.Put(writer);
    if(outcome == HANDSHAKE_FAILED) {
      HandshakeFailed(now_ms);
    } else if(outcome == HANDSHAKE_DONE) {
      Welcomed(now_ms);
    } else if(m_link.IsLost()) {
      Complain("the gateway at " + Address() + " ended the connection in the handshake. Is it the gateway's bridge " +
               "port, and is TLS set alike on both sides (InpUseTls)?", now_ms);
      Leave(0, now_ms);
    } else if(now_ms - m_linked_ms > HANDSHAKE_LIMIT_MS) {
      Complain("what listens at " + Address() + " accepted the connection but said nothing for 10 s. Is it the " +
               "gateway's bridge port, and is TLS set alike on both sides (InpUseTls)?", now_ms);
      Leave(0, now_ms);
    }
  }

  void SayGoodbye(const int reason, const string message) {
    ByteWriter writer;
    writer.BeginFrame(MESSAGE_GOAWAY, 0);
    writer.U8(reason);
    writer.Text(message);
    writer.U32(0);
    writer.EndFrame(false);
    m_outbox.Put(writer);
    SendWhatFits();
  }

  void SentAway(const ulong now_ms) {
    ulong asked_ms = m_session.RetryAfterMs();
    string what = "the gateway ended the session: " + m_session.AwayMessage() + ".";
    if(m_session.AwayReason() == GOAWAY_SUPERSEDED) {
      if(asked_ms < SUPERSEDED_MS) asked_ms = SUPERSEDED_MS;
      what = "another bridge runs with the terminal id \"" + m_settings.terminal_id + "\" and took over. Give each " +
             "terminal its own id and key (InpTerminalId, InpKey), or remove the second Expert Advisor.";
    }
    m_journal.SayOnce(TOPIC_SESSION, what, now_ms);
    if(m_session.AwayReason() == GOAWAY_SHUTTING_DOWN) m_redial.ExpectBack();
    Leave(asked_ms, now_ms);
  }

  // True while the session goes on.
  bool JudgeSession(const int outcome, const ulong now_ms) {
    if(outcome == SESSION_SENT_AWAY) {
      SentAway(now_ms);
    } else if(outcome == SESSION_BROKEN) {
      string fault = m_session.AwayMessage();
      m_journal.SayOnce(TOPIC_PROTOCOL, "the gateway broke the protocol: " + fault + ". Install the bridge that " +
                        "belongs to the gateway's release.", now_ms);
      SayGoodbye(GOAWAY_PROTOCOL_ERROR, fault);
      Leave(0, now_ms);
    } else if(m_link.IsLost()) {
      string code = m_link.Code() != 0 ? " (error " + IntegerToString(m_link.Code()) + ")" : "";
      SayOfSession("the connection to the gateway broke" + code + "; the bridge dials again by itself.", now_ms);
      Leave(0, now_ms);
    } else if(outcome == SESSION_SILENT) {
      SayOfSession("the gateway was silent for three heartbeats; the bridge dials again by itself.", now_ms);
      Leave(0, now_ms);
    } else if(!m_outbox.HasRoom(CHUNK_BYTES)) {
      SayOfSession("the gateway does not take its data; the bridge dials again by itself.", now_ms);
      Leave(0, now_ms);
    } else {
      return true;
    }
    return false;
  }

  void WatchAccount(const ulong now_ms) {
    bool is_connected = IsBrokerConnected();
    if(is_connected != m_is_broker_connected) {
      m_is_broker_connected = is_connected;
      m_journal.Say(is_connected ? "the terminal is connected to its broker again."
                                 : "the terminal has lost its broker; data stands still until it is back. Look at the " +
                                     "connection status in the lower right corner of MetaTrader.");
    }
    long login = AccountInfoInteger(ACCOUNT_LOGIN);
    if(login == m_login) return;
    m_login = login;
    m_journal.SayOnce(TOPIC_BROKER, "the terminal's account is now " + IntegerToString(login) + ". The gateway refuses " +
                      "it unless it is the one in its config/terminals.json.", now_ms);
  }

  void ContinueSession(const ulong now_ms, const ulong started_micros) {
    if(!JudgeSession(m_session.Take(m_inbox, m_outbox, m_journal, now_ms), now_ms)) return;
    m_session.Pulse(m_clock, m_outbox, now_ms);
    WatchAccount(now_ms);
    if(!m_session.WantsRestart()) m_session.Run(m_clock, m_outbox, m_journal, now_ms, started_micros);
    SendWhatFits();
    if(!m_session.WantsRestart() || m_outbox.Unsent() > 0) return;
    m_journal.Say("the gateway asked for a restart: the terminal closes now, its supervisor has to start it again.");
    Leave(0, now_ms);
    TerminalClose(0);
  }

  void PrepareSymbols() {
    string names[];
    int count = StringSplit(m_settings.symbols, ',', names);
    for(int i = 0; i < count; i++) {
      string name = names[i];
      StringTrimLeft(name);
      StringTrimRight(name);
      Refusal refusal;
      ClearRefusal(refusal);
      if(name == "" || m_session.Prepare(name, refusal)) continue;
      string similar = SimilarSymbols(name);
      if(similar != "") similar = " Did you mean " + similar + "?";
      m_journal.Say(refusal.message + ". Write the name in InpSymbols as it stands in Market Watch." + similar);
    }
  }

public:
  Bridge() {
    ArrayResize(m_key, 0);
    m_settings.host = "";
    m_settings.port = 0;
    m_settings.terminal_id = "";
    m_settings.use_tls = false;
    m_settings.allows_restart = false;
    m_settings.symbols = "";
    m_phase = PHASE_AWAY;
    m_dial_ms = 0;
    m_linked_ms = 0;
    m_pumped_ms = 0;
    m_nonces = 0;
    m_is_broker_connected = true;
    m_login = 0;
    m_identity.login = 0;
    m_identity.terminal_build = 0;
    m_identity.utc_offset_seconds = 0;
    m_identity.capabilities = 0;
  }

  // May be called again: the terminal does so when inputs, chart or account change.
  void Start(const BridgeSettings &settings, const uchar &key[]) {
    m_settings = settings;
    ArrayResize(m_key, ArraySize(key));
    for(int i = 0; i < ArraySize(key); i++) m_key[i] = key[i];
    m_link.Close();
    m_session.AllowRestart(settings.allows_restart);
    m_phase = PHASE_AWAY;
    m_dial_ms = GetTickCount64();
    m_outage.Forget();
    m_is_broker_connected = true;
    m_session.ForgetMarket();
    m_login = AccountInfoInteger(ACCOUNT_LOGIN);
    PrepareSymbols();
    m_journal.Say("started as " + settings.terminal_id + ", dials " + Address() + (settings.use_tls ? " with TLS." : "."));
  }

  void Stop() {
    if(m_phase == PHASE_SESSION) SayGoodbye(GOAWAY_SHUTTING_DOWN, "the Expert Advisor stops");
    m_link.Close();
    m_phase = PHASE_AWAY;
    m_session.ReleaseHandles();
  }

  void Pump() {
    ulong started_micros = GetMicrosecondCount();
    ulong now_ms = GetTickCount64();
    // While the terminal stood still (a call that blocked, a computer that slept) no frame could be read.
    if(now_ms - m_pumped_ms > STALL_MS) m_session.Slept(now_ms - m_pumped_ms, now_ms);
    m_pumped_ms = now_ms;
    m_clock.Observe((long)TimeTradeServer(), (long)TimeGMT(), now_ms);
    if(m_phase == PHASE_AWAY) {
      // The first bytes leave with the next call: a socket may refuse what comes in the same one as its connect.
      if(now_ms >= m_dial_ms) Dial(now_ms);
      return;
    }
    ReceiveWhatIsThere(now_ms);
    if(m_phase == PHASE_HANDSHAKE) {
      ContinueHandshake(now_ms);
      if(m_phase != PHASE_SESSION) {
        if(m_phase == PHASE_HANDSHAKE) SendWhatFits();
        return;
      }
    }
    ContinueSession(now_ms, started_micros);
  }
};
