// Live bars: looks for changes of the subscribed series and pushes them, numbered one by one. What could not be put
// into the outbox counts as not pushed.

#define PUSH_EVERY_MS 250
#define LOOK_AGAIN_MS 1000
#define NEW_BAR_RETRY_MS 20
#define WATCH_EVERY_MS 200
#define MAX_CLOSED 1000
#define MAX_CATCH_UP 20000

struct Subscription {
  bool is_used;
  string symbol;
  string timeframe_name;
  int timeframe;
  int slot;
  uint sequence;
  // Open of the oldest bar that was not pushed as closed.
  long next_open;
  ulong forming_hash;
  bool is_dirty;
  ulong pushed_ms;
  ulong retry_ms;
  ulong look_again_ms;
};

struct WatchedSymbol {
  string symbol;
  long tick_ms;
  bool is_missing;
};

class Pusher {
private:
  Subscription m_subscriptions[];
  int m_count;
  WatchedSymbol m_symbols[];
  int m_symbol_count;
  int m_next;
  int m_next_watch;
  ulong m_watch_ms;
  RateMemory m_memory;

  int Find(const string symbol, const string timeframe) const {
    for(int i = 0; i < m_count; i++) {
      if(m_subscriptions[i].is_used && m_subscriptions[i].timeframe_name == timeframe &&
         m_subscriptions[i].symbol == symbol) {
        return i;
      }
    }
    return -1;
  }

  int FreePlace() {
    for(int i = 0; i < m_count; i++) {
      if(!m_subscriptions[i].is_used) return i;
    }
    if(m_count >= ArraySize(m_subscriptions)) ArrayResize(m_subscriptions, m_count + 32);
    m_count++;
    return m_count - 1;
  }

  void MarkDirty(const string symbol, const ulong now_ms) {
    for(int i = 0; i < m_count; i++) {
      if(!m_subscriptions[i].is_used || m_subscriptions[i].symbol != symbol) continue;
      m_subscriptions[i].is_dirty = true;
      m_subscriptions[i].look_again_ms = now_ms + LOOK_AGAIN_MS;
    }
  }

  long TickMs(const string symbol) const {
    for(int i = 0; i < m_symbol_count; i++) {
      if(m_symbols[i].symbol == symbol) return m_symbols[i].tick_ms;
    }
    return 0;
  }

  // A bar opens when a quote comes behind the end of the one before; that is not kept waiting.
  bool IsDue(const int index, const ulong now_ms) const {
    if(!m_subscriptions[index].is_used || now_ms < m_subscriptions[index].retry_ms) return false;
    if(!m_subscriptions[index].is_dirty) {
      ulong again = m_subscriptions[index].look_again_ms;
      return again > 0 && now_ms >= again;
    }
    if(now_ms - m_subscriptions[index].pushed_ms >= PUSH_EVERY_MS) return true;
    long close = BarClose(m_subscriptions[index].timeframe, m_subscriptions[index].next_open);
    return TickMs(m_subscriptions[index].symbol) >= close * 1000;
  }

  // The bars from the oldest that was not pushed as closed up to the forming one. -1 = not now.
  int CopyFrom(const int index, const History &history, MqlRates &rates[]) {
    Refusal refusal;
    ClearRefusal(refusal);
    int slot = m_subscriptions[index].slot;
    long bars = history.BarCount(slot);
    for(int wanted = 3; wanted <= MAX_CATCH_UP; wanted *= 6) {
      int most = wanted < bars ? wanted : (int)bars;
      if(most <= 0) return -1;
      int count = history.CopyNewest(slot, 0, most, rates, refusal);
      if(count < most) return -1;
      if((long)rates[0].time <= m_subscriptions[index].next_open || most >= bars) return count;
    }
    return 0;
  }

  void WriteBar(ByteWriter &writer, const int index, const MqlRates &rates[], const int from, const int to,
                const int forming) const {
    writer.BeginFrame(MESSAGE_BAR, 0);
    writer.Name(m_subscriptions[index].symbol);
    writer.Name(m_subscriptions[index].timeframe_name);
    writer.U32(m_subscriptions[index].sequence + 1);
    writer.Flag(forming >= 0);
    if(forming >= 0) writer.Rate(rates[forming]);
    writer.U16(to - from);
    for(int i = from; i < to; i++) writer.Rate(rates[i]);
    writer.EndFrame(false);
  }

  void WriteHistoryChanged(ByteWriter &writer, const int index, const long from) const {
    writer.BeginFrame(MESSAGE_HISTORY_CHANGED, 0);
    writer.Name(m_subscriptions[index].symbol);
    writer.Name(m_subscriptions[index].timeframe_name);
    writer.C64(from);
    writer.EndFrame(false);
  }

  // So much was missed that the gateway had better ask for it.
  void GiveUp(const int index, const History &history, Outbox &outbox, const ulong now_ms) {
    MqlRates rates[];
    Refusal refusal;
    if(history.CopyNewest(m_subscriptions[index].slot, 0, 1, rates, refusal) < 1) return;
    ByteWriter writer;
    WriteHistoryChanged(writer, index, m_subscriptions[index].next_open);
    if(!outbox.Put(writer)) return;
    m_subscriptions[index].next_open = (long)rates[0].time;
    m_subscriptions[index].pushed_ms = now_ms;
  }

  void Advance(const int index, const History &history, Outbox &outbox, const ulong now_ms) {
    m_subscriptions[index].retry_ms = now_ms + NEW_BAR_RETRY_MS;
    m_subscriptions[index].look_again_ms = m_subscriptions[index].is_dirty ? now_ms + LOOK_AGAIN_MS : 0;
    MqlRates rates[];
    int count = CopyFrom(index, history, rates);
    if(count < 0) {
      m_subscriptions[index].retry_ms = now_ms + PUSH_EVERY_MS;
      m_subscriptions[index].is_dirty = true;
      return;
    }
    if(count == 0) {
      GiveUp(index, history, outbox, now_ms);
      return;
    }
    int forming = count - 1;
    int from = 0;
    while(from < forming && (long)rates[from].time < m_subscriptions[index].next_open) from++;
    int to = forming - from > MAX_CLOSED ? from + MAX_CLOSED : forming;
    bool is_whole = to == forming;
    ulong hash = RateHash(rates[forming]);
    bool is_behind = (long)rates[forming].time < m_subscriptions[index].next_open;
    if(is_behind || (from == forming && hash == m_subscriptions[index].forming_hash)) {
      m_subscriptions[index].is_dirty = false;
      return;
    }
    ByteWriter writer;
    WriteBar(writer, index, rates, from, to, is_whole ? forming : -1);
    if(!outbox.Put(writer)) return;
    for(int i = from; i < to; i++) m_memory.Add(index, rates[i]);
    m_subscriptions[index].sequence++;
    m_subscriptions[index].next_open = (long)rates[to].time;
    m_subscriptions[index].forming_hash = is_whole ? hash : 0;
    m_subscriptions[index].is_dirty = !is_whole;
    m_subscriptions[index].pushed_ms = now_ms;
  }

public:
  Pusher() {
    m_symbol_count = 0;
    ArrayResize(m_subscriptions, 0);
    ArrayResize(m_symbols, 0);
    Reset();
  }

  // Subscriptions end with their connection.
  void Reset() {
    m_count = 0;
    m_next = 0;
    m_next_watch = 0;
    m_watch_ms = 0;
  }

  void Forget() {
    Reset();
    m_symbol_count = 0;
  }

  // From now on the symbol's quotes are looked at.
  void WatchSymbol(const string symbol) {
    for(int i = 0; i < m_symbol_count; i++) {
      if(m_symbols[i].symbol == symbol) return;
    }
    if(m_symbol_count >= ArraySize(m_symbols)) ArrayResize(m_symbols, m_symbol_count + 16);
    m_symbols[m_symbol_count].symbol = symbol;
    m_symbols[m_symbol_count].tick_ms = 0;
    m_symbols[m_symbol_count].is_missing = false;
    m_symbol_count++;
  }

  // Starts a series at the bar that forms now. False = refused.
  bool Subscribe(const Request &request, History &history, const ulong now_ms, uint &sequence, Refusal &refusal) {
    if(!Select(request.symbol, refusal)) return false;
    int timeframe = TimeframeIndex(request.timeframe);
    if(timeframe < 0) {
      string what = "MetaTrader has no timeframe \"" + request.timeframe + "\"";
      return Refuse(refusal, REFUSAL_UNKNOWN_TIMEFRAME, 0, what, 0);
    }
    int slot = history.Slot(request.symbol, timeframe, now_ms);
    if(!history.IsReady(slot, now_ms, refusal)) return false;
    int index = Find(request.symbol, request.timeframe);
    if(index >= 0) {
      sequence = m_subscriptions[index].sequence;
      return true;
    }
    long bars = history.BarCount(slot);
    MqlRates rates[];
    int wanted = bars > REMEMBERED_BARS ? REMEMBERED_BARS + 1 : (int)bars;
    int count = history.CopyNewest(slot, 0, wanted, rates, refusal);
    if(count < 1) return false;
    index = FreePlace();
    m_subscriptions[index].is_used = true;
    m_subscriptions[index].symbol = request.symbol;
    m_subscriptions[index].timeframe_name = request.timeframe;
    m_subscriptions[index].timeframe = timeframe;
    m_subscriptions[index].slot = slot;
    m_subscriptions[index].sequence = 0;
    m_subscriptions[index].next_open = (long)rates[count - 1].time;
    m_subscriptions[index].forming_hash = 0;
    m_subscriptions[index].is_dirty = true;
    m_subscriptions[index].pushed_ms = 0;
    m_subscriptions[index].retry_ms = 0;
    m_subscriptions[index].look_again_ms = 0;
    m_memory.Clear(index);
    m_memory.Remember(index, rates, count - 1);
    WatchSymbol(request.symbol);
    sequence = 0;
    return true;
  }

  void Unsubscribe(const Request &request) {
    int index = Find(request.symbol, request.timeframe);
    if(index >= 0) m_subscriptions[index].is_used = false;
  }

  // Looks at the newest quote of each symbol. Returns the name of one that has just disappeared, or "".
  string LookAtQuotes(ServerClock &clock, const ulong now_ms) {
    string missing = "";
    for(int i = 0; i < m_symbol_count; i++) {
      MqlTick tick;
      if(!SymbolInfoTick(m_symbols[i].symbol, tick)) {
        bool is_gone = !IsOffered(m_symbols[i].symbol);
        if(is_gone && !m_symbols[i].is_missing) missing = m_symbols[i].symbol;
        m_symbols[i].is_missing = is_gone;
        continue;
      }
      m_symbols[i].is_missing = false;
      long tick_ms = tick.time_msc;
      if(tick_ms == m_symbols[i].tick_ms) continue;
      m_symbols[i].tick_ms = tick_ms;
      clock.SawTick(tick_ms);
      MarkDirty(m_symbols[i].symbol, now_ms);
    }
    return missing;
  }

  // Pushes the next series that has something to tell; false when none has.
  bool PushNext(const History &history, Outbox &outbox, const ulong now_ms) {
    for(int i = 0; i < m_count; i++) {
      int index = (m_next + i) % m_count;
      if(!IsDue(index, now_ms)) continue;
      m_next = index + 1;
      Advance(index, history, outbox, now_ms);
      return true;
    }
    return false;
  }

  // Compares the past of one series with what it was. True = it was rewritten, and the gateway was told.
  bool CompareNext(History &history, Outbox &outbox, const ulong now_ms) {
    if(m_count == 0 || now_ms - m_watch_ms < WATCH_EVERY_MS) return false;
    m_watch_ms = now_ms;
    int index = m_next_watch % m_count;
    m_next_watch = index + 1;
    Refusal refusal;
    ClearRefusal(refusal);
    if(!m_subscriptions[index].is_used || !history.IsReady(m_subscriptions[index].slot, now_ms, refusal)) return false;
    long bars = history.BarCount(m_subscriptions[index].slot) - 1;
    int wanted = bars > REMEMBERED_BARS ? REMEMBERED_BARS : (int)bars;
    if(wanted < 1) return false;
    MqlRates rates[];
    int count = history.CopyNewest(m_subscriptions[index].slot, 1, wanted, rates, refusal);
    if(count < wanted) return false;
    long from = m_memory.FirstChange(index, rates, count);
    if(from > 0) {
      ByteWriter writer;
      WriteHistoryChanged(writer, index, from);
      if(!outbox.Put(writer)) return false;
    }
    m_memory.Remember(index, rates, count);
    return from > 0;
  }
};
