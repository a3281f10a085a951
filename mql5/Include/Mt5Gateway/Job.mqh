// One request that is answered in steps, so that none takes long: what is needed is collected first, sent afterwards,
// chunk by chunk. An answer begins only when it is whole: a part of a history is never sent.

#define JOB_MORE 0
#define JOB_DONE 1
#define JOB_REFUSED 2
#define SLICE_BARS 1000
// Quotes of a bar's last moment come late; until then its values are not final.
#define LATE_QUOTES_MS 5000

enum JobStage {
  JOB_COLLECTS = 1,
  JOB_SENDS = 2
};

class Job {
private:
  Request m_request;
  int m_timeframe;
  int m_slot;
  int m_stage;
  // Bars as they travel, filled from the end: the newest come first.
  uchar m_rows[];
  int m_capacity;
  int m_first_row;
  long m_oldest;
  long m_newest;
  long m_next_last;
  bool m_reaches_start;
  bool m_is_forming;
  bool m_has_newest;
  // Times and cells of an indicator, column by column.
  datetime m_opens[];
  double m_cells[];
  int m_buffers[];
  int m_handle;
  int m_column;
  // The next row or symbol to be sent.
  int m_at;
  int m_total;
  // Kept, so that its memory is.
  ByteWriter m_slice;

  int Collected() const { return m_capacity - m_first_row; }

  bool TakeSeries(const ulong now_ms, History &history, Refusal &refusal) {
    if(!Select(m_request.symbol, refusal)) return false;
    m_timeframe = TimeframeIndex(m_request.timeframe);
    if(m_timeframe < 0) {
      string what = "MetaTrader has no timeframe \"" + m_request.timeframe + "\"";
      return Refuse(refusal, REFUSAL_UNKNOWN_TIMEFRAME, 0, what, 0);
    }
    m_slot = history.Slot(m_request.symbol, m_timeframe, now_ms);
    return history.IsReady(m_slot, now_ms, refusal);
  }

  void HoldRows(const long most) {
    m_capacity = (int)(most > MAX_ROWS ? MAX_ROWS : most);
    m_first_row = m_capacity;
    ArrayResize(m_rows, m_capacity * RATE_BYTES);
  }

  // Keeps the bars from `from` on; tells whether all of them were.
  bool KeepRows(const MqlRates &rates[], const int count, const long from) {
    m_slice.Clear();
    int first = 0;
    while(first < count && (long)rates[first].time < from) first++;
    for(int i = first; i < count; i++) m_slice.Rate(rates[i]);
    int kept = count - first;
    m_first_row -= kept;
    m_slice.CopyTo(m_rows, m_first_row * RATE_BYTES);
    if(kept > 0) {
      if(m_newest == 0) m_newest = (long)rates[count - 1].time;
      m_oldest = (long)rates[first].time;
    }
    return first == 0;
  }

  bool BeginCount(History &history) {
    long bars = history.BarCount(m_slot);
    long there = bars - (long)m_request.start;
    if(there < 0) there = 0;
    HoldRows((long)m_request.count < there ? (long)m_request.count : there);
    m_has_newest = m_request.start == 0;
    return true;
  }

  bool BeginRange(const ulong now_ms, History &history, Refusal &refusal) {
    datetime newest[];
    if(history.CopyOpens(m_slot, 1, newest, refusal) < 0) return false;
    m_next_last = m_request.to - 1 < (long)newest[0] ? m_request.to - 1 : (long)newest[0];
    m_has_newest = m_next_last == (long)newest[0];
    if(m_request.from > m_next_last) {
      HoldRows(0);
      m_stage = JOB_SENDS;
      return true;
    }
    long seconds = m_timeframe == TIMEFRAME_COUNT - 1 ? 28 * 86400 : TIMEFRAME_SECONDS[m_timeframe];
    long slots = (m_next_last - m_request.from) / seconds + 1;
    long bars = history.BarCount(m_slot) + 1;
    HoldRows(slots < bars ? slots : bars);
    long first = history.FirstTime(m_slot);
    if(first <= 0 || m_next_last >= first) return true;
    m_stage = JOB_SENDS;
    m_first_row = m_capacity;
    m_reaches_start = history.AcceptStart(m_slot, first, m_request.from, now_ms, refusal);
    return m_reaches_start;
  }

  // The next older slice. Positions shift when a bar opens, times do not: only the first slice goes by position.
  int CollectCount(const ulong now_ms, History &history, Refusal &refusal) {
    int missing = m_first_row;
    int wanted = missing < SLICE_BARS ? missing : SLICE_BARS;
    if(wanted > 0) {
      MqlRates rates[];
      int count = Collected() == 0 ? history.CopyNewest(m_slot, (int)m_request.start, wanted, rates, refusal)
                                   : history.CopyUntil(m_slot, m_oldest - 1, wanted, rates, refusal);
      if(count < 0) return JOB_REFUSED;
      if(count > wanted) count = wanted;
      KeepRows(rates, count, 0);
      if(count == wanted && m_first_row > 0) return JOB_MORE;
    }
    bool is_short = Collected() < (int)m_request.count;
    long end = Collected() > 0 ? m_oldest : history.FirstTime(m_slot);
    if(is_short && !history.AcceptStart(m_slot, end, OlderThan(end), now_ms, refusal)) return JOB_REFUSED;
    m_reaches_start = is_short || history.IsStart(m_slot, m_oldest);
    m_stage = JOB_SENDS;
    return JOB_MORE;
  }

  // Open of about the oldest bar of the request, if it is older than `end`.
  long OlderThan(const long end) const {
    long missing = (long)m_request.count - Collected();
    long from = end - missing * TIMEFRAME_SECONDS[m_timeframe];
    return from > 0 ? from : 1;
  }

  int CollectRange(const ulong now_ms, History &history, Refusal &refusal) {
    int wanted = m_first_row < SLICE_BARS ? m_first_row : SLICE_BARS;
    bool is_whole = wanted == 0;
    if(!is_whole) {
      MqlRates rates[];
      int count = history.CopyUntil(m_slot, m_next_last, wanted, rates, refusal);
      if(count < 0) return JOB_REFUSED;
      if(count > wanted) count = wanted;
      is_whole = !KeepRows(rates, count, m_request.from);
      m_next_last = (long)rates[0].time - 1;
      if(!is_whole && m_next_last < m_request.from) is_whole = true;
      if(!is_whole && count == wanted) return JOB_MORE;
    }
    if(!is_whole && !history.AcceptStart(m_slot, m_oldest, m_request.from, now_ms, refusal)) return JOB_REFUSED;
    m_reaches_start = !is_whole || (Collected() > 0 && history.IsStart(m_slot, m_oldest));
    m_stage = JOB_SENDS;
    return JOB_MORE;
  }

  void SendRates(ByteWriter &writer) {
    int rows = Collected() - m_at;
    if(rows > CHUNK_ROWS) rows = CHUNK_ROWS;
    bool is_last = m_at + rows >= Collected();
    writer.BeginFrame(MESSAGE_RATES, m_request.id);
    writer.U8(is_last ? (m_is_forming ? 1 : 0) + (m_reaches_start ? 2 : 0) : 0);
    writer.U16(rows);
    writer.Bytes(m_rows, (m_first_row + m_at) * RATE_BYTES, rows * RATE_BYTES);
    writer.EndFrame(!is_last);
    m_at += rows;
  }

  bool BeginBuffers(const ulong now_ms, History &history, IndicatorHandles &handles, Refusal &refusal) {
    m_handle = handles.Acquire(m_request, m_timeframe, now_ms, refusal);
    if(m_handle == INVALID_HANDLE) return false;
    uchar bytes[];
    HexToBytes(m_request.buffers, bytes);
    ArrayResize(m_buffers, ArraySize(bytes) / 2);
    for(int i = 0; i < ArraySize(m_buffers); i++) m_buffers[i] = bytes[2 * i] + 256 * bytes[2 * i + 1];
    ResetLastError();
    int calculated = BarsCalculated(m_handle);
    int code = GetLastError();
    long bars = history.BarCount(m_slot);
    if(calculated < 0 && code == CODE_INDICATOR_HANDLE) handles.Drop(m_handle);
    if(calculated < bars || calculated <= 0) {
      string what = "the indicator " + m_request.indicator + " is still being calculated";
      return Refuse(refusal, REFUSAL_INDICATOR_LOADING, calculated < 0 ? code : 0, what, LOADING_RETRY_MS);
    }
    m_total = history.CopyOpens(m_slot, (int)((long)m_request.count < bars ? (long)m_request.count : bars), m_opens,
                                refusal);
    m_column = 0;
    if(m_total < 0) return false;
    if(m_total > (int)m_request.count) m_total = (int)m_request.count;
    ArrayResize(m_cells, m_total * ArraySize(m_buffers));
    return true;
  }

  int CollectColumn(History &history, Refusal &refusal) {
    double values[];
    ResetLastError();
    int count = CopyBuffer(m_handle, m_buffers[m_column], 0, m_total, values);
    if(count < m_total) {
      int code = GetLastError();
      string what = m_request.indicator + " has no buffer " + IntegerToString(m_buffers[m_column]);
      if(code == CODE_INDICATOR_BUFFER) {
        RefuseForCode(refusal, code, what);
      } else {
        what = "the indicator " + m_request.indicator + " gave " + IntegerToString(count) + " of " +
               IntegerToString(m_total) + " values";
        Refuse(refusal, REFUSAL_INDICATOR_LOADING, code, what, LOADING_RETRY_MS);
      }
      return JOB_REFUSED;
    }
    for(int i = 0; i < m_total; i++) m_cells[m_column * m_total + i] = values[i];
    m_column++;
    if(m_column < ArraySize(m_buffers)) return JOB_MORE;
    // A bar that opened meanwhile has moved the cells against the times.
    datetime newest[];
    if(history.CopyOpens(m_slot, 1, newest, refusal) < 0) return JOB_REFUSED;
    if((long)newest[0] != (long)m_opens[m_total - 1]) {
      Refuse(refusal, REFUSAL_INDICATOR_LOADING, 0, "a bar opened while the buffers were read", 50);
      return JOB_REFUSED;
    }
    m_stage = JOB_SENDS;
    return JOB_MORE;
  }

  void SendBuffers(ByteWriter &writer) {
    int columns = ArraySize(m_buffers);
    int most = (CHUNK_BYTES - 3 - 3 * columns) / (8 + 9 * columns);
    if(most > CHUNK_ROWS) most = CHUNK_ROWS;
    int rows = m_total - m_at < most ? m_total - m_at : most;
    writer.BeginFrame(MESSAGE_BUFFERS, m_request.id);
    writer.U16(rows);
    writer.U8(columns);
    for(int i = 0; i < columns; i++) writer.U16(m_buffers[i]);
    for(int i = 0; i < rows; i++) writer.C64((long)m_opens[m_at + i]);
    for(int column = 0; column < columns; column++) SendColumn(writer, column * m_total + m_at, rows);
    m_at += rows;
    writer.EndFrame(m_at < m_total);
  }

  bool IsValue(const double cell) const { return MathIsValidNumber(cell) && cell != EMPTY_VALUE; }

  void SendColumn(ByteWriter &writer, const int from, const int rows) {
    int mask = 0;
    for(int i = 0; i < rows; i++) {
      if(IsValue(m_cells[from + i])) mask |= 1 << (i % 8);
      if(i % 8 == 7 || i == rows - 1) {
        writer.U8(mask);
        mask = 0;
      }
    }
    for(int i = 0; i < rows; i++) {
      if(IsValue(m_cells[from + i])) writer.F64(m_cells[from + i]);
    }
  }

  void SendSymbols(ByteWriter &writer) {
    ByteWriter entries;
    int count = 0;
    while(m_at < m_total && count < CHUNK_SYMBOLS) {
      string symbol = SymbolName(m_at, false);
      m_at++;
      if(symbol == "" || Utf8Bytes(symbol) > MAX_NAME_BYTES) continue;
      WriteSymbolEntry(entries, symbol);
      count++;
    }
    // A chunk that others follow must not be empty.
    if(count == 0 && m_at < m_total) return;
    uchar bytes[];
    ArrayResize(bytes, entries.Count());
    entries.CopyTo(bytes, 0);
    writer.BeginFrame(MESSAGE_SYMBOL_LIST, m_request.id);
    writer.U16(count);
    writer.Bytes(bytes, 0, ArraySize(bytes));
    writer.EndFrame(m_at < m_total);
  }

  // By the time at which the newest bar was copied: what it became since then is not in the answer.
  void JudgeForming(const long server_ms) {
    m_is_forming = m_has_newest && BarClose(m_timeframe, m_newest) * 1000 + LATE_QUOTES_MS > server_ms;
  }

  int Collect(const ulong now_ms, History &history, Refusal &refusal) {
    if(m_request.number == MESSAGE_RATES_BY_COUNT) return CollectCount(now_ms, history, refusal);
    if(m_request.number == MESSAGE_RATES_BY_RANGE) return CollectRange(now_ms, history, refusal);
    return CollectColumn(history, refusal);
  }

public:
  Job() {
    ArrayResize(m_rows, 0);
    ArrayResize(m_opens, 0);
    ArrayResize(m_cells, 0);
    ArrayResize(m_buffers, 0);
    m_request.number = 0;
    m_request.id = 0;
    Clear();
  }

  // Gives back the memory of a long answer.
  void Clear() {
    ArrayFree(m_rows);
    ArrayFree(m_opens);
    ArrayFree(m_cells);
    m_timeframe = 0;
    m_slot = 0;
    m_stage = JOB_COLLECTS;
    m_capacity = 0;
    m_first_row = 0;
    m_oldest = 0;
    m_newest = 0;
    m_next_last = 0;
    m_reaches_start = false;
    m_is_forming = false;
    m_has_newest = false;
    m_handle = INVALID_HANDLE;
    m_column = 0;
    m_at = 0;
    m_total = 0;
  }

  uint RequestId() const { return m_request.id; }

  // False = refused.
  bool Begin(const Request &request, const ulong now_ms, History &history, IndicatorHandles &handles,
             Refusal &refusal) {
    Clear();
    m_request = request;
    if(request.number == MESSAGE_SYMBOLS) {
      m_total = SymbolsTotal(false);
      m_stage = JOB_SENDS;
      return true;
    }
    if(!TakeSeries(now_ms, history, refusal)) return false;
    if(request.number == MESSAGE_RATES_BY_COUNT) return BeginCount(history);
    if(request.number == MESSAGE_RATES_BY_RANGE) return BeginRange(now_ms, history, refusal);
    return BeginBuffers(now_ms, history, handles, refusal);
  }

  // One small piece of work. Frames to be sent are appended to `writer`.
  int Step(const ulong now_ms, const long server_ms, History &history, ByteWriter &writer, Refusal &refusal) {
    if(m_stage == JOB_COLLECTS) {
      bool is_first = m_newest == 0;
      int outcome = Collect(now_ms, history, refusal);
      if(is_first && m_newest != 0) JudgeForming(server_ms);
      return outcome;
    }
    switch(m_request.number) {
      case MESSAGE_SYMBOLS:
        SendSymbols(writer);
        return m_at < m_total ? JOB_MORE : JOB_DONE;
      case MESSAGE_INDICATOR_BUFFERS:
        SendBuffers(writer);
        return m_at < m_total ? JOB_MORE : JOB_DONE;
      default:
        SendRates(writer);
        return m_at < Collected() ? JOB_MORE : JOB_DONE;
    }
  }
};
