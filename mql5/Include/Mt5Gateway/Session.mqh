// What an open session promises: pulse, answers, live bars. It knows nothing of sockets; bytes come from the inbox and
// go to the outbox.

#define DEAD_AFTER_BEATS 3
#define BULK_HIGH_WATER 524288
#define SMALL_HIGH_WATER 786432
#define BUSY_MS 60000
#define PUMP_BUDGET_MICROS 5000
#define CLOCK_SKEW_MS 5000
#define CLOCK_JUMP_MS 2000
#define JUMP_BEAT_MS 250

#define SESSION_LIVES 0
#define SESSION_SENT_AWAY 1
#define SESSION_BROKEN 2
#define SESSION_SILENT 3

class Session {
private:
  RequestQueue m_small;
  RequestQueue m_bulk;
  Pusher m_pusher;
  History m_history;
  IndicatorHandles m_handles;
  SymbolWatch m_symbols;
  UnservedRequests m_unserved;
  ulong m_heartbeat_ms;
  ulong m_beat_ms;
  long m_beat_server_ms;
  ulong m_heard_ms;
  // A series whose loading was announced and is done once the announcement is out; -1 = none.
  int m_loading;
  int m_last_error;
  bool m_allows_restart;
  bool m_wants_restart;
  int m_away_reason;
  string m_away_message;
  uint m_retry_after_ms;
  // Kept, so that its memory is.
  ByteWriter m_chunk;

  int Break(const string message) {
    m_away_message = message;
    return SESSION_BROKEN;
  }

  void Beat(const ServerClock &clock, Outbox &outbox, const ulong now_ms) {
    m_beat_ms = now_ms;
    m_beat_server_ms = clock.NowMs(now_ms);
    ByteWriter writer;
    uint depth = (uint)(m_small.Depth() + m_bulk.Depth());
    WriteHeartbeat(writer, clock, now_ms, depth, m_last_error);
    outbox.Put(writer);
    m_last_error = 0;
  }

  void SendPlain(const int number, const uint id, Outbox &outbox) {
    ByteWriter writer;
    writer.BeginFrame(number, id);
    writer.EndFrame(false);
    outbox.Put(writer);
  }

  void SendBusy(const uint duration_ms, Outbox &outbox) {
    ByteWriter writer;
    writer.BeginFrame(MESSAGE_BUSY, 0);
    writer.U32(duration_ms);
    writer.EndFrame(false);
    outbox.Put(writer);
  }

  void SendError(const uint id, const Refusal &refusal, Outbox &outbox) {
    if(refusal.terminal_code != 0) m_last_error = refusal.terminal_code;
    m_unserved.Add(refusal);
    ByteWriter writer;
    m_small.Answer(id, refusal, writer);
    outbox.Put(writer);
  }

  void SendRefusal(const uint id, const int code, const string message, const uint retry_after_ms, Outbox &outbox) {
    Refusal refusal;
    Refuse(refusal, code, 0, message, retry_after_ms);
    SendError(id, refusal, outbox);
  }

  int ReadGoaway(ByteReader &reader) {
    m_away_reason = reader.U8();
    m_away_message = reader.Text();
    m_retry_after_ms = reader.U32();
    if(!reader.IsGood()) return Break("its GOAWAY cannot be read: " + reader.Fault());
    return SESSION_SENT_AWAY;
  }

  // The gateway's clock shows whether this host's is right, on which the offset of the server's time rests.
  int CompareClocks(ByteReader &reader, Journal &journal, const ulong now_ms) {
    long gateway_ms = reader.C64();
    if(!reader.IsGood()) return Break("its GATEWAY_HEARTBEAT cannot be read: " + reader.Fault());
    long skew_ms = (long)TimeGMT() * 1000 - gateway_ms;
    if(skew_ms > -CLOCK_SKEW_MS - 1000 && skew_ms < CLOCK_SKEW_MS) return SESSION_LIVES;
    string what = "the clock of this computer and the gateway's are more than 5 seconds apart. Let both be set by time " +
                  "servers, or server times will be misjudged.";
    journal.SayOnce(TOPIC_CLOCK, what, now_ms);
    return SESSION_LIVES;
  }

  void AnswerAccount(const uint id, Outbox &outbox) {
    ByteWriter writer;
    writer.BeginFrame(MESSAGE_ACCOUNT_INFO, id);
    WriteAccount(writer);
    writer.EndFrame(false);
    outbox.Put(writer);
  }

  void AnswerRestart(const uint id, Outbox &outbox) {
    if(!m_allows_restart) {
      string what = "this bridge may not close its terminal (input InpRestartByClosing)";
      SendRefusal(id, REFUSAL_NOT_SUPPORTED, what, 0, outbox);
      return;
    }
    SendPlain(MESSAGE_OK, id, outbox);
    m_wants_restart = true;
  }

  void TakeRequest(const int number, const uint id, ByteReader &reader, Outbox &outbox) {
    Request request;
    if(!IsRequest(number)) {
      string what = "there is no request " + IntegerToString(number) + " in version 1 of the protocol";
      SendRefusal(id, REFUSAL_UNKNOWN_REQUEST, what, 0, outbox);
    } else if(!ReadRequest(number, id, reader, request)) {
      string what = "request " + IntegerToString(number) + " cannot be read: " + reader.Fault();
      SendRefusal(id, REFUSAL_MALFORMED_REQUEST, what, 0, outbox);
    } else if(number == MESSAGE_ACCOUNT) {
      AnswerAccount(id, outbox);
    } else if(number == MESSAGE_RESTART) {
      AnswerRestart(id, outbox);
    } else if(!(IsBulk(request) ? m_bulk.Put(request) : m_small.Put(request))) {
      string what = IntegerToString(MAX_WAITING) + " requests wait in this bridge already";
      SendRefusal(id, REFUSAL_BUSY, what, 1000, outbox);
    }
  }

  int TakeFrame(Inbox &inbox, ByteReader &reader, Outbox &outbox, Journal &journal, const ulong now_ms) {
    int number = inbox.MessageOf();
    uint id = inbox.RequestOf();
    inbox.LoadPayload(reader);
    if(id != 0) {
      TakeRequest(number, id, reader, outbox);
      return SESSION_LIVES;
    }
    if(number == MESSAGE_GATEWAY_HEARTBEAT) return CompareClocks(reader, journal, now_ms);
    if(number == MESSAGE_GOAWAY) return ReadGoaway(reader);
    if(number >= FIRST_EXTENSION) return SESSION_LIVES;
    return Break("message " + IntegerToString(number) + " is not expected in a session");
  }

  void AnswerSubscribe(const Request &request, Outbox &outbox, const ulong now_ms) {
    uint sequence = 0;
    Refusal refusal;
    ClearRefusal(refusal);
    if(!m_pusher.Subscribe(request, m_history, now_ms, sequence, refusal)) {
      SendError(request.id, refusal, outbox);
      return;
    }
    ByteWriter writer;
    writer.BeginFrame(MESSAGE_SUBSCRIBED, request.id);
    writer.U32(sequence);
    writer.EndFrame(false);
    outbox.Put(writer);
  }

  void AnswerSymbol(const Request &request, Outbox &outbox, const ulong now_ms) {
    if(!IsOffered(request.symbol)) {
      Refusal refusal;
      string what = "the broker offers no symbol \"" + request.symbol + "\" (names are case sensitive)";
      Refuse(refusal, REFUSAL_UNKNOWN_SYMBOL, CODE_UNKNOWN_SYMBOL, what, 0);
      SendError(request.id, refusal, outbox);
      return;
    }
    ByteWriter writer;
    writer.BeginFrame(MESSAGE_SYMBOL_INFO, request.id);
    WriteSymbolEntry(writer, request.symbol);
    writer.Text(SymbolText(request.symbol, SYMBOL_PATH));
    writer.F64(SymbolNumber(request.symbol, SYMBOL_POINT));
    WriteSessions(writer, request.symbol);
    WriteEarliest(writer, m_history, request.symbol, now_ms);
    writer.EndFrame(false);
    outbox.Put(writer);
  }

  // Requests that one short call answers. False = the next one is of another kind.
  bool AnswerShort(Outbox &outbox, const ulong now_ms) {
    Request request;
    if(m_small.IsNext(MESSAGE_SUBSCRIBE)) {
      m_small.Take(request);
      AnswerSubscribe(request, outbox, now_ms);
    } else if(m_small.IsNext(MESSAGE_UNSUBSCRIBE)) {
      m_small.Take(request);
      m_pusher.Unsubscribe(request);
      SendPlain(MESSAGE_OK, request.id, outbox);
    } else if(m_small.IsNext(MESSAGE_SYMBOL)) {
      m_small.Take(request);
      AnswerSymbol(request, outbox, now_ms);
    } else {
      return false;
    }
    return true;
  }

  void StepQueue(RequestQueue &queue, const ServerClock &clock, Outbox &outbox, const ulong now_ms) {
    Refusal refusal;
    m_chunk.Clear();
    queue.Step(now_ms, clock.NowMs(now_ms), m_history, m_handles, m_chunk, refusal);
    if(refusal.terminal_code != 0) m_last_error = refusal.terminal_code;
    m_unserved.Add(refusal);
    if(m_chunk.Count() > 0) outbox.Put(m_chunk);
  }

  // One step of what waits; false when nothing does, or the outbox has no room for it.
  bool Work(const ServerClock &clock, Outbox &outbox, const ulong now_ms) {
    if(!m_small.IsIdle() && outbox.Unsent() < SMALL_HIGH_WATER) {
      if(!AnswerShort(outbox, now_ms)) StepQueue(m_small, clock, outbox, now_ms);
      return true;
    }
    if(!m_bulk.IsIdle() && outbox.Unsent() < BULK_HIGH_WATER) {
      StepQueue(m_bulk, clock, outbox, now_ms);
      return true;
    }
    return false;
  }

  // A call that may block is announced first and made when the announcement has left.
  void LoadHistory(Outbox &outbox, const ulong now_ms) {
    if(m_loading < 0) {
      m_loading = m_history.NextLoad(now_ms);
      if(m_loading >= 0) SendBusy(BUSY_MS, outbox);
      return;
    }
    if(outbox.Unsent() > 0) return;
    m_history.Load(m_loading);
    ulong after_ms = GetTickCount64();
    m_history.Loaded(m_loading, after_ms);
    m_loading = -1;
    SendBusy(0, outbox);
  }

public:
  Session() {
    m_allows_restart = false;
    m_last_error = 0;
    Open(5000, 0);
  }

  void AllowRestart(const bool is_allowed) { m_allows_restart = is_allowed; }

  void Open(const uint heartbeat_ms, const ulong now_ms) {
    m_small.Reset();
    m_bulk.Reset();
    m_pusher.Reset();
    m_heartbeat_ms = heartbeat_ms;
    m_beat_ms = 0;
    m_beat_server_ms = 0;
    m_heard_ms = now_ms;
    m_loading = -1;
    m_wants_restart = false;
    m_away_reason = 0;
    m_away_message = "";
    m_retry_after_ms = 0;
  }

  // Another account may have another broker behind it, with another history.
  void ForgetMarket() {
    m_history.Forget();
    m_pusher.Forget();
  }

  void Heard(const ulong now_ms) { m_heard_ms = now_ms; }

  void Slept(const ulong slept_ms, const ulong now_ms) {
    m_heard_ms = now_ms - m_heard_ms > slept_ms ? m_heard_ms + slept_ms : now_ms;
  }

  // A symbol of the inputs: into Market Watch, and its quotes are looked at from the start.
  bool Prepare(const string symbol, Refusal &refusal) {
    if(!Select(symbol, refusal)) return false;
    m_pusher.WatchSymbol(symbol);
    return true;
  }

  // Takes the frames that have come. SESSION_LIVES, or why the session ends.
  int Take(Inbox &inbox, Outbox &outbox, Journal &journal, const ulong now_ms) {
    ByteReader reader;
    for(;;) {
      int frame = inbox.Next();
      if(frame == FRAME_BROKEN) return Break(inbox.Fault());
      if(frame == FRAME_NONE) break;
      int outcome = TakeFrame(inbox, reader, outbox, journal, now_ms);
      if(outcome != SESSION_LIVES) return outcome;
    }
    return now_ms - m_heard_ms > DEAD_AFTER_BEATS * m_heartbeat_ms ? SESSION_SILENT : SESSION_LIVES;
  }

  // The gateway judges bars by the server's time, so it must know immediately when that changes its course.
  bool HasJumped(const ServerClock &clock, const ulong now_ms) const {
    long off_ms = clock.NowMs(now_ms) - m_beat_server_ms - (long)(now_ms - m_beat_ms);
    return (off_ms > CLOCK_JUMP_MS || off_ms < -CLOCK_JUMP_MS) && now_ms - m_beat_ms >= JUMP_BEAT_MS;
  }

  // The first HEARTBEAT comes before anything else of the session.
  void Pulse(const ServerClock &clock, Outbox &outbox, const ulong now_ms) {
    bool is_due = m_beat_ms == 0 || now_ms - m_beat_ms >= m_heartbeat_ms * 4 / 5;
    if(is_due || HasJumped(clock, now_ms)) Beat(clock, outbox, now_ms);
  }

  // Live bars first, then what was asked for, as long as the pump may last.
  void Run(ServerClock &clock, Outbox &outbox, Journal &journal, const ulong now_ms, const ulong started_micros) {
    m_history.SetConnected(IsBrokerConnected());
    string missing = m_pusher.LookAtQuotes(clock, now_ms);
    if(missing != "") {
      string what = missing + " is gone: the broker removed or renamed it. Correct the input InpSymbols and the " +
                    "gateway's symbol map.";
      journal.SayOnce(TOPIC_SYMBOLS, what, now_ms);
    }
    bool has_more = true;
    while(has_more && outbox.Unsent() < SMALL_HIGH_WATER) {
      has_more = m_pusher.PushNext(m_history, outbox, now_ms);
      if(GetMicrosecondCount() - started_micros > PUMP_BUDGET_MICROS) has_more = false;
    }
    has_more = Work(clock, outbox, now_ms);
    while(has_more && GetMicrosecondCount() - started_micros < PUMP_BUDGET_MICROS) {
      has_more = Work(clock, outbox, now_ms);
    }
    m_unserved.Report(journal, now_ms);
    if(GetMicrosecondCount() - started_micros > PUMP_BUDGET_MICROS) return;
    if(m_pusher.CompareNext(m_history, outbox, now_ms)) {
      journal.SayOnce(TOPIC_HISTORY, "the broker rewrote bars of the past; the gateway was told.", now_ms);
    }
    if(m_symbols.Look(now_ms)) SendPlain(MESSAGE_SYMBOLS_CHANGED, 0, outbox);
    m_handles.ReleaseIdle(now_ms);
    LoadHistory(outbox, now_ms);
  }

  bool WantsRestart() const { return m_wants_restart; }

  int AwayReason() const { return m_away_reason; }

  string AwayMessage() const { return m_away_message; }

  uint RetryAfterMs() const { return m_retry_after_ms; }

  void ReleaseHandles() { m_handles.ReleaseAll(); }
};
