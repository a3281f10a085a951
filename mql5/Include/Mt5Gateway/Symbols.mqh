// Symbols and their properties: part of the thin layer. Names are the broker's, case and suffix included.

#define SYMBOL_LIST_EVERY_MS 10000
#define NAMES_PER_LOOK 50
#define DAY_SECONDS 86400

bool IsOffered(const string symbol) {
  bool is_custom = false;
  return symbol != "" && SymbolExist(symbol, is_custom);
}

// Puts a symbol into Market Watch: only there the terminal keeps its quotes and history up to date.
bool Select(const string symbol, Refusal &refusal) {
  if(!IsOffered(symbol)) {
    string what = "the broker offers no symbol \"" + symbol + "\" (names are case sensitive)";
    return Refuse(refusal, REFUSAL_UNKNOWN_SYMBOL, CODE_UNKNOWN_SYMBOL, what, 0);
  }
  long is_selected = 0;
  if(SymbolInfoInteger(symbol, SYMBOL_SELECT, is_selected) && is_selected != 0) return true;
  ResetLastError();
  if(SymbolSelect(symbol, true)) return true;
  int code = GetLastError();
  return Refuse(refusal, REFUSAL_TERMINAL_FAILURE, code, symbol + " cannot be added to Market Watch", 5000);
}

string SymbolText(const string symbol, const ENUM_SYMBOL_INFO_STRING property) {
  string text = "";
  if(!SymbolInfoString(symbol, property, text)) return "";
  return text;
}

double SymbolNumber(const string symbol, const ENUM_SYMBOL_INFO_DOUBLE property) {
  double number = 0.0;
  if(!SymbolInfoDouble(symbol, property, number)) return 0.0;
  return number;
}

void WriteSymbolEntry(ByteWriter &writer, const string symbol) {
  long digits = 0;
  long mode = SYMBOL_TRADE_MODE_DISABLED;
  bool is_known = SymbolInfoInteger(symbol, SYMBOL_DIGITS, digits) &&
                  SymbolInfoInteger(symbol, SYMBOL_TRADE_MODE, mode);
  double contract = SymbolNumber(symbol, SYMBOL_TRADE_CONTRACT_SIZE);
  writer.Name(symbol);
  writer.Text(SymbolText(symbol, SYMBOL_DESCRIPTION));
  writer.U8((int)(digits < 0 ? 0 : digits > 16 ? 16 : digits));
  writer.F64(contract > 0.0 ? contract : 0.0);
  writer.Name(SymbolText(symbol, SYMBOL_CURRENCY_BASE));
  writer.Name(SymbolText(symbol, SYMBOL_CURRENCY_PROFIT));
  writer.Flag(is_known && mode != SYMBOL_TRADE_MODE_DISABLED && mode != SYMBOL_TRADE_MODE_CLOSEONLY);
}

// Seconds from midnight, of times whose day does not count; the end of a day is 86400.
long SecondsOfDay(const datetime time, const bool is_end) {
  long seconds = (long)time % DAY_SECONDS;
  return is_end && seconds == 0 ? DAY_SECONDS : seconds;
}

void WriteSession(ByteWriter &sessions, const int day, const long start, const long end) {
  sessions.U8(day % 7);
  sessions.U32((uint)start);
  sessions.U32((uint)end);
}

void WriteSessions(ByteWriter &writer, const string symbol) {
  ByteWriter sessions;
  int count = 0;
  const ENUM_DAY_OF_WEEK days[7] = {SUNDAY, MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY};
  for(int day = 0; day < 7; day++) {
    for(uint index = 0; count < MAX_SESSIONS - 1; index++) {
      datetime from = 0;
      datetime to = 0;
      if(!SymbolInfoSessionQuote(symbol, days[day], index, from, to)) break;
      long start = SecondsOfDay(from, false);
      long end = SecondsOfDay(to, true);
      // A session may go on behind midnight: its rest is one of the next day.
      bool is_split = start >= end;
      if(is_split && (long)to <= (long)from) continue;
      WriteSession(sessions, day, start, is_split ? DAY_SECONDS : end);
      if(is_split) WriteSession(sessions, day + 1, 0, end);
      count += is_split ? 2 : 1;
    }
  }
  uchar bytes[];
  ArrayResize(bytes, sessions.Count());
  sessions.CopyTo(bytes, 0);
  writer.U16(count);
  writer.Bytes(bytes, 0, ArraySize(bytes));
}

// Only where the first bar of all is known: one that is merely the oldest loaded says nothing.
void WriteEarliest(ByteWriter &writer, History &history, const string symbol, const ulong now_ms) {
  int timeframes[TIMEFRAME_COUNT];
  long firsts[TIMEFRAME_COUNT];
  int count = 0;
  for(int timeframe = 0; timeframe < TIMEFRAME_COUNT; timeframe++) {
    int slot = history.Slot(symbol, timeframe, now_ms);
    long first = history.FirstTime(slot);
    if(!history.IsStart(slot, first)) continue;
    timeframes[count] = timeframe;
    firsts[count] = first;
    count++;
  }
  writer.U8(count);
  for(int i = 0; i < count; i++) {
    writer.Name(TIMEFRAME_NAMES[timeframes[i]]);
    writer.C64(firsts[i]);
  }
}

// Notices that the broker's list of symbols changed, a few names at a time.
class SymbolWatch {
private:
  int m_total;
  int m_at;
  ulong m_hash;
  ulong m_known;
  bool m_has_known;
  ulong m_next_ms;

  void Begin(const int total) {
    m_total = total;
    m_at = 0;
    m_hash = 1469598103934665603;
  }

  void Add(const string name) {
    for(int i = 0; i < StringLen(name); i++) m_hash = (m_hash ^ (ulong)StringGetCharacter(name, i)) * 1099511628211;
    m_hash = (m_hash ^ 0xffff) * 1099511628211;
  }

public:
  SymbolWatch() {
    m_known = 0;
    m_has_known = false;
    m_next_ms = 0;
    Begin(0);
  }

  // True when the list is another one than at the last look.
  bool Look(const ulong now_ms) {
    int total = SymbolsTotal(false);
    if(m_at == 0 && now_ms < m_next_ms && total == m_total) return false;
    if(m_at == 0 || total != m_total) Begin(total);
    for(int i = 0; i < NAMES_PER_LOOK && m_at < m_total; i++) {
      Add(SymbolName(m_at, false));
      m_at++;
    }
    if(m_at < m_total) return false;
    m_at = 0;
    m_next_ms = now_ms + SYMBOL_LIST_EVERY_MS;
    bool has_changed = m_has_known && m_hash != m_known;
    m_known = m_hash;
    m_has_known = true;
    return has_changed;
  }
};

// Names of the broker that begin alike, for the operator: "XAUUSD" is often "XAUUSDm" or "XAUUSD.pro".
string SimilarSymbols(const string wanted) {
  string similar = "";
  int found = 0;
  int total = SymbolsTotal(false);
  for(int i = 0; i < total && found < 5; i++) {
    string name = SymbolName(i, false);
    if(StringFind(name, wanted) < 0) continue;
    similar += (found > 0 ? ", " : "") + name;
    found++;
  }
  return similar;
}
