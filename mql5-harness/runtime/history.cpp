/// Bars as programs copy them. Where the manual is silent the seed decides, once for the run.
#include <algorithm>
#include "clock.hpp"
#include "market.hpp"

namespace mql {

using namespace run;

namespace {

/// A call for bars that are not there may keep its thread waiting.
constexpr double BLOCKING_MS = 40;

/// The series, or nullptr with the error set.
Series *wanted(const string &symbol, ENUM_TIMEFRAMES timeframe) {
  Market &market = Market::of_this_run();
  const std::string name = StringLen(symbol) == 0 ? to_utf8(context().symbol) : to_utf8(symbol);
  const ENUM_TIMEFRAMES period = timeframe == PERIOD_CURRENT ? context().period : timeframe;
  if (market.find(name) == nullptr) return fail(ERR_MARKET_UNKNOWN_SYMBOL), nullptr;
  Series *series = market.series(name, period);
  if (series == nullptr) fail(ERR_HISTORY_NOT_FOUND);
  return series;
}

void write(const Bar &bar, MqlRates &cell) {
  cell = {datetime(bar.time), bar.open, bar.high, bar.low, bar.close, bar.tick_volume, bar.spread, bar.real_volume};
}
void write(const Bar &bar, datetime &cell) { cell = datetime(bar.time); }

/// Bars [from, to) of the visible ones into the array, oldest first in memory whatever its series flag.
template <typename T>
int copy(const Series &series, int from, int to, Array<T> &target) {
  const int count = to - from;
  if (target.state.is_fixed ? target.size() < count : ArrayResize(target, count) < 0) return fail(4407), -1;
  const std::size_t first = series.bars().size() - static_cast<std::size_t>(series.visible()) + static_cast<std::size_t>(from);
  for (int i = 0; i < count; i++) write(series.bars()[first + static_cast<std::size_t>(i)], target.data()[i]);
  return count;
}

/// What a copy of a series that still loads gives: nothing, or a part, with an error or another, or with none.
bool refuses_while_loading(Series &series) {
  series.request();
  if (series.is_loaded()) return false;
  if (choice("a copy waits for history", 0.3)) wait_ms(BLOCKING_MS);
  if (series.is_loaded()) return false;
  const bool gives_nothing = series.visible() == 0 || choice("a copy while loading gives nothing");
  if (!gives_nothing && choice("a part of the history comes without an error")) return false;
  fail(choice("a part of the history comes with 4403") ? ERR_HISTORY_TIMEOUT : ERR_HISTORY_NOT_FOUND);
  return gives_nothing;
}

template <typename T>
int copy_by_count(const string &symbol, ENUM_TIMEFRAMES timeframe, int start, int count, Array<T> &target) {
  Series *series = wanted(symbol, timeframe);
  if (series == nullptr || start < 0 || count <= 0 || refuses_while_loading(*series)) return -1;
  const int all = series->visible();
  if (start >= all) return fail(choice("a start beyond all is 4404") ? ERR_HISTORY_BARS_LIMIT : ERR_HISTORY_NOT_FOUND), -1;
  const int to = all - start;
  return copy(*series, std::max(0, to - count), to, target);
}

/// Whether a lost connection to the broker unsettles what is there already is not written anywhere.
bool is_synchronized(const Series &series) {
  return series.is_loaded() && (Market::of_this_run().is_connected || choice("series stay synchronised without a broker"));
}

/// The visible bars by time.
struct Window {
  explicit Window(const Series &series) : end(series.bars().end()), begin(end - series.visible()) {}
  std::vector<Bar>::const_iterator end, begin;
  /// How many visible bars open before this time.
  int before(long time) const {
    return static_cast<int>(std::lower_bound(begin, end, time, [](const Bar &bar, long at) { return bar.time < at; }) - begin);
  }
  /// How many visible bars open at this time or before.
  int after(long time) const {
    return static_cast<int>(std::upper_bound(begin, end, time, [](long at, const Bar &bar) { return at < bar.time; }) - begin);
  }
};

template <typename T>
int copy_by_range(const string &symbol, ENUM_TIMEFRAMES timeframe, datetime start_time, datetime stop_time, Array<T> &target) {
  Series *series = wanted(symbol, timeframe);
  if (series == nullptr || refuses_while_loading(*series)) return -1;
  long from = static_cast<long>(start_time.value);
  long to = static_cast<long>(stop_time.value);
  if (from > to) {
    if (!choice("a range the wrong way round is turned")) return fail(4003), -1;
    std::swap(from, to);
  }
  series->request_from(from);
  const Window window(*series);
  const int first = window.before(from);
  const int last = window.after(to);
  const bool is_outside = first == series->visible() || last == 0;
  if (is_outside && choice("a range outside all bars is an error")) return fail(ERR_HISTORY_NOT_FOUND), -1;
  return copy(*series, first, std::max(first, last), target);
}

}  // namespace

int CopyRates(const string &symbol, ENUM_TIMEFRAMES timeframe, int start_pos, int count, Array<MqlRates> &rates) {
  return copy_by_count(symbol, timeframe, start_pos, count, rates);
}

int CopyTime(const string &symbol, ENUM_TIMEFRAMES timeframe, int start_pos, int count, Array<datetime> &time) {
  return copy_by_count(symbol, timeframe, start_pos, count, time);
}

int CopyRates(const string &symbol, ENUM_TIMEFRAMES timeframe, datetime start_time, datetime stop_time, Array<MqlRates> &rates) {
  return copy_by_range(symbol, timeframe, start_time, stop_time, rates);
}

int CopyTime(const string &symbol, ENUM_TIMEFRAMES timeframe, datetime start_time, datetime stop_time, Array<datetime> &time) {
  return copy_by_range(symbol, timeframe, start_time, stop_time, time);
}

/// Back from a date that is included.
int CopyRates(const string &symbol, ENUM_TIMEFRAMES timeframe, datetime start_time, int count, Array<MqlRates> &rates) {
  Series *series = wanted(symbol, timeframe);
  if (series == nullptr || count <= 0 || refuses_while_loading(*series)) return -1;
  series->request_from(static_cast<long>(start_time.value));
  const Window window(*series);
  const int to = window.after(static_cast<long>(start_time.value));
  if (to == 0 && choice("a range outside all bars is an error")) return fail(ERR_HISTORY_NOT_FOUND), -1;
  return copy(*series, std::max(0, to - count), to, rates);
}

bool SeriesInfoInteger(const string &symbol, ENUM_TIMEFRAMES timeframe, ENUM_SERIES_INFO_INTEGER property, long &value) {
  Series *series = wanted(symbol, timeframe);
  if (series == nullptr) return false;
  const int visible = series->visible();
  const std::vector<Bar> &bars = series->bars();
  switch (property) {
    case SERIES_SYNCHRONIZED: value = is_synchronized(*series) ? 1 : 0; return true;
    case SERIES_BARS_COUNT: value = visible; return true;
    case SERIES_FIRSTDATE: value = visible == 0 ? 0 : bars[bars.size() - static_cast<std::size_t>(visible)].time; return true;
    case SERIES_LASTBAR_DATE: value = visible == 0 ? 0 : bars.back().time; return true;
    case SERIES_SERVER_FIRSTDATE: value = bars.front().time; return true;
    case SERIES_TERMINAL_FIRSTDATE: return SeriesInfoInteger(symbol, timeframe, SERIES_FIRSTDATE, value);
  }
  return fail(4402), false;
}

int Bars(const string &symbol, ENUM_TIMEFRAMES timeframe) {
  Series *series = wanted(symbol, timeframe);
  return series == nullptr ? 0 : series->visible();
}

}  // namespace mql
