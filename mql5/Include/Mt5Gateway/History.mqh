// Bars of the terminal and what is known about their loading: part of the thin layer. Nothing is ever answered from a
// series that still loads, and nothing here waits for one, except Load(), which is announced to the gateway before.

#define WARM_AGAIN_MS 5000
#define LOADING_GIVES_UP_MS 45000
#define SETTLE_MS 1000

struct SeriesState {
  string symbol;
  int timeframe;
  bool was_ready;
  ulong asked_ms;
  ulong loaded_ms;
  int loads;
  bool wants_load;
  // Open of the oldest bar that is wanted; 0 = any newest bars.
  long wants_from;
  // The oldest bar that a short answer ended at, since when, and the one that was believed to be the first of all.
  long short_end;
  ulong short_since_ms;
  long first;
};

class History {
private:
  SeriesState m_series[];
  int m_count;
  int m_next;
  bool m_is_connected;

  long Property(const int slot, const ENUM_SERIES_INFO_INTEGER property) const {
    long value = 0;
    ENUM_TIMEFRAMES period = TIMEFRAME_PERIODS[m_series[slot].timeframe];
    if(!SeriesInfoInteger(m_series[slot].symbol, period, property, value)) return 0;
    return value;
  }

  void WantLoad(const int slot, const long from) {
    m_series[slot].wants_load = true;
    m_series[slot].wants_from = from;
  }

  // Turns the outcome of a copy into an outcome of ours: at least one bar, or a refusal.
  int Judge(const int slot, const int copied, Refusal &refusal) const {
    int code = GetLastError();
    if(copied > 0 && code != CODE_HISTORY_TIMEOUT && code != CODE_HISTORY_NOT_FOUND) return copied;
    RefuseForCode(refusal, code, Title(slot) + ": the terminal gave no bars; they are being loaded");
    return -1;
  }

public:
  History() {
    m_count = 0;
    m_next = 0;
    m_is_connected = true;
    ArrayResize(m_series, 0);
  }

  void Forget() {
    m_count = 0;
    m_next = 0;
  }

  // Number of the series for the other functions.
  int Slot(const string symbol, const int timeframe, const ulong now_ms) {
    for(int i = 0; i < m_count; i++) {
      if(m_series[i].timeframe == timeframe && m_series[i].symbol == symbol) return i;
    }
    if(m_count >= ArraySize(m_series)) ArrayResize(m_series, m_count + 32);
    SeriesState fresh;
    fresh.symbol = symbol;
    fresh.timeframe = timeframe;
    fresh.was_ready = false;
    fresh.asked_ms = now_ms;
    fresh.loaded_ms = 0;
    fresh.loads = 0;
    fresh.wants_load = false;
    fresh.wants_from = 0;
    fresh.short_end = -1;
    fresh.short_since_ms = now_ms;
    fresh.first = -1;
    m_series[m_count] = fresh;
    m_count++;
    return m_count - 1;
  }

  string Title(const int slot) const {
    return m_series[slot].symbol + " " + TIMEFRAME_NAMES[m_series[slot].timeframe];
  }

  void SetConnected(const bool is_connected) { m_is_connected = is_connected; }

  long BarCount(const int slot) const { return Property(slot, SERIES_BARS_COUNT); }

  long FirstTime(const int slot) const { return Property(slot, SERIES_FIRSTDATE); }

  // Whether bars can be copied without waiting. Otherwise they will be loaded soon, and the gateway may ask again.
  bool IsReady(const int slot, const ulong now_ms, Refusal &refusal) {
    long bars = BarCount(slot);
    bool is_synchronized = Property(slot, SERIES_SYNCHRONIZED) != 0;
    if(bars > 0 && is_synchronized) {
      m_series[slot].was_ready = true;
      return true;
    }
    if(m_series[slot].was_ready && !is_synchronized && m_series[slot].loads > 0) {
      // It was complete, fell out of step and is loaded again: patience starts anew.
      m_series[slot].was_ready = false;
      m_series[slot].loads = 0;
      m_series[slot].asked_ms = now_ms;
    }
    bool is_patient = now_ms - m_series[slot].asked_ms < LOADING_GIVES_UP_MS || m_series[slot].loads < 2;
    if(bars > 0 && !is_patient) return true;
    WantLoad(slot, 0);
    if(!m_is_connected) {
      string cure = ": the terminal has no connection to its broker, so the history cannot be loaded";
      return Refuse(refusal, REFUSAL_HISTORY_LOADING, 0, Title(slot) + cure, 5000);
    }
    if(bars == 0 && !is_patient && is_synchronized) {
      return Refuse(refusal, REFUSAL_NO_DATA, 0, Title(slot) + ": the broker has no bars of it", 60000);
    }
    return Refuse(refusal, REFUSAL_HISTORY_LOADING, 0, Title(slot) + ": the history is being loaded", LOADING_RETRY_MS);
  }

  // The newest `count` bars before `start` ones, oldest first. -1 = refused.
  int CopyNewest(const int slot, const int start, const int count, MqlRates &rates[], Refusal &refusal) const {
    ENUM_TIMEFRAMES period = TIMEFRAME_PERIODS[m_series[slot].timeframe];
    ResetLastError();
    return Judge(slot, CopyRates(m_series[slot].symbol, period, start, count, rates), refusal);
  }

  // The last `count` bars that open at `last` or before, oldest first. -1 = refused.
  int CopyUntil(const int slot, const long last, const int count, MqlRates &rates[], Refusal &refusal) const {
    ENUM_TIMEFRAMES period = TIMEFRAME_PERIODS[m_series[slot].timeframe];
    ResetLastError();
    return Judge(slot, CopyRates(m_series[slot].symbol, period, (datetime)last, count, rates), refusal);
  }

  // The opens of the newest `count` bars, oldest first. -1 = refused.
  int CopyOpens(const int slot, const int count, datetime &opens[], Refusal &refusal) const {
    ENUM_TIMEFRAMES period = TIMEFRAME_PERIODS[m_series[slot].timeframe];
    ResetLastError();
    return Judge(slot, CopyTime(m_series[slot].symbol, period, 0, count, opens), refusal);
  }

  // Whether the bar that opens at `first` is known to be the first one that the terminal can get.
  bool IsStart(const int slot, const long first) const {
    if(first <= 0) return false;
    if(first == m_series[slot].first) return true;
    long known = FirstTime(slot);
    if(known == 0 || first > known) return false;
    long server = Property(slot, SERIES_SERVER_FIRSTDATE);
    if(server > 0 && first <= BarClose(m_series[slot].timeframe, server)) return true;
    long most = TerminalInfoInteger(TERMINAL_MAXBARS);
    return most > 0 && BarCount(slot) >= most;
  }

  // An answer ends at `first` although more was asked for. It is believed when nothing can be behind it, or when loading
  // more brought nothing: only then is it no longer an answer from history that still loads.
  bool AcceptStart(const int slot, const long first, const long wanted_from, const ulong now_ms, Refusal &refusal) {
    if(IsStart(slot, first)) return true;
    if(m_series[slot].short_end != first) {
      m_series[slot].short_end = first;
      m_series[slot].short_since_ms = now_ms;
      m_series[slot].loads = 0;
    }
    bool is_settled = now_ms - m_series[slot].short_since_ms >= SETTLE_MS && m_series[slot].loads > 0;
    if(is_settled) {
      m_series[slot].first = first;
      return true;
    }
    WantLoad(slot, wanted_from > 0 ? wanted_from : 1);
    string what = ": older bars are being loaded";
    return Refuse(refusal, REFUSAL_HISTORY_LOADING, 0, Title(slot) + what, LOADING_RETRY_MS);
  }

  // The next series that waits for a call that may block; -1 = none.
  int NextLoad(const ulong now_ms) {
    if(!m_is_connected) return -1;
    for(int i = 0; i < m_count; i++) {
      int slot = (m_next + i) % m_count;
      bool is_due = m_series[slot].loads == 0 || now_ms - m_series[slot].loaded_ms >= WARM_AGAIN_MS;
      if(!m_series[slot].wants_load || !is_due) continue;
      m_next = slot + 1;
      return slot;
    }
    return -1;
  }

  // May wait until bars have come.
  void Load(const int slot) {
    SeriesState state = m_series[slot];
    ENUM_TIMEFRAMES period = TIMEFRAME_PERIODS[state.timeframe];
    datetime opens[];
    ResetLastError();
    if(state.wants_from > 0) {
      long first = FirstTime(slot);
      long from = state.wants_from < first ? state.wants_from : first - 1;
      if(first > 1) CopyTime(state.symbol, period, (datetime)(from > 0 ? from : 1), (datetime)(first - 1), opens);
    } else {
      CopyTime(state.symbol, period, 0, 1, opens);
    }
    m_series[slot].wants_load = false;
    m_series[slot].loads++;
  }

  void Loaded(const int slot, const ulong now_ms) { m_series[slot].loaded_ms = now_ms; }
};
