/// Indicators as the program sees them: by handle, not ready at first, calculated beside it.
#include "indicators.hpp"
#include <algorithm>
#include <map>
#include <memory>
#include <sstream>
#include "clock.hpp"
#include "indicator-instance.hpp"

namespace mql {

using namespace run;

namespace {

struct Held {
  std::unique_ptr<IndicatorInstance> instance;
  std::string identity;
  std::string symbol;
  ENUM_TIMEFRAMES timeframe;
  int users = 1;
  double ready_at_ms = 0;
  int revision = 0;
  long newest_ticks = -1;
};

std::map<int, Held> held;
int last_handle = 9;
bool are_held = false;
Dice dice("indicators");

Held *held_of(int handle) {
  const auto found = held.find(handle);
  if (found == held.end()) return fail(ERR_INDICATOR_WRONG_HANDLE), nullptr;
  return &found->second;
}

std::string library_of(std::string name) {
  std::replace(name.begin(), name.end(), '\\', '/');
  return setting("MQL_INDICATORS", ".") + "/" + name + ".so";
}

/// The parameters behind the name; the identity of two indicators with the same ones is the same.
std::vector<Parameter> parameters_of(const Array<MqlParam> &list, int count, std::string &identity) {
  std::vector<Parameter> parameters;
  for (int i = 1; i < count; i++) {
    const MqlParam &given = list[i];
    if (given.type == TYPE_STRING) parameters.emplace_back(given.string_value);
    else if (given.type == TYPE_DOUBLE || given.type == TYPE_FLOAT) parameters.emplace_back(given.double_value);
    else parameters.emplace_back(given.integer_value);
    std::ostringstream text;
    text << '|' << to_utf8(given.string_value) << given.double_value << ' ' << given.integer_value;
    identity += text.str();
  }
  return parameters;
}

}  // namespace

namespace run {

void hold_indicators(bool wanted) { are_held = wanted; }
int open_indicators() { return static_cast<int>(held.size()); }

void calculate_indicators() {
  if (are_held) return;
  for (auto &[handle, one] : held) {
    Series *series = clock_ms() < one.ready_at_ms ? nullptr : Market::of_this_run().series(one.symbol, one.timeframe);
    if (series == nullptr) continue;
    series->request();
    if (!series->is_loaded()) continue;
    const Bar &newest = series->bars().back();
    const long ticks = newest.time + newest.tick_volume * 1000003;
    if (ticks == one.newest_ticks && series->revision() == one.revision) continue;
    // The terminal may start over at any time, not only after history changed.
    const bool starts_over = series->revision() != one.revision || dice.chance(0.01);
    one.instance->calculate(series->bars(), starts_over);
    one.newest_ticks = ticks;
    one.revision = series->revision();
  }
}

void close_indicators() {
  for (auto &[handle, one] : held) one.instance->deinit(REASON_PROGRAM);
  held.clear();
}

}  // namespace run

int IndicatorCreate(const string &symbol, ENUM_TIMEFRAMES period, ENUM_INDICATOR, int parameters_cnt, const Array<MqlParam> &parameters) {
  const std::string name = StringLen(symbol) == 0 ? to_utf8(context().symbol) : to_utf8(symbol);
  const ENUM_TIMEFRAMES timeframe = period == PERIOD_CURRENT ? context().period : period;
  if (Market::of_this_run().find(name) == nullptr) return fail(ERR_INDICATOR_UNKNOWN_SYMBOL), INVALID_HANDLE;
  if (parameters_cnt < 1 || parameters_cnt > 64) return fail(ERR_INDICATOR_WRONG_PARAMETERS), INVALID_HANDLE;
  if (parameters[0].type != TYPE_STRING) return fail(4810), INVALID_HANDLE;
  std::string identity = name + "|" + timeframe_name(timeframe) + "|" + to_utf8(parameters[0].string_value);
  const std::string library = library_of(to_utf8(parameters[0].string_value));
  std::vector<Parameter> values = parameters_of(parameters, parameters_cnt, identity);
  for (auto &[handle, one] : held) {
    if (one.identity == identity) return one.users++, handle;
  }
  auto instance = std::make_unique<IndicatorInstance>(library, name, timeframe, values);
  if (!instance->ok()) return fail(ERR_INDICATOR_CANNOT_CREATE), INVALID_HANDLE;
  if (static_cast<int>(values.size()) > instance->input_count()) return fail(ERR_INDICATOR_WRONG_PARAMETERS), INVALID_HANDLE;
  if (instance->init() != INIT_SUCCEEDED) return fail(ERR_INDICATOR_CANNOT_CREATE), INVALID_HANDLE;
  const double ready_at = clock_ms() + static_cast<double>(dice.between(0, 200));
  last_handle++;
  held.emplace(last_handle, Held{std::move(instance), identity, name, timeframe, 1, ready_at, 0, -1});
  return last_handle;
}

int BarsCalculated(int handle) {
  const Held *one = held_of(handle);
  if (one == nullptr) return -1;
  // It counts the bars that the terminal shows.
  const Series *series = Market::of_this_run().series(one->symbol, one->timeframe);
  const int hidden = series == nullptr ? 0 : static_cast<int>(series->bars().size()) - series->visible();
  const int count = std::max(0, one->instance->calculated() - hidden);
  if (count <= 0) fail(ERR_INDICATOR_DATA_NOT_FOUND);
  return count > 0 || choice("an indicator that waits has 0 bars") ? count : -1;
}

int CopyBuffer(int handle, int buffer, int start, int count, Array<double> &values) {
  const Held *one = held_of(handle);
  if (one == nullptr) return -1;
  if (one->instance->calculated() <= 0) return fail(ERR_INDICATOR_DATA_NOT_FOUND), -1;
  const Array<double> *cells = one->instance->buffer(buffer);
  if (cells == nullptr) return fail(ERR_INDICATOR_WRONG_INDEX), -1;
  if (start < 0 || count <= 0 || start >= cells->size()) return fail(ERR_INDICATOR_DATA_NOT_FOUND), -1;
  const int to = cells->size() - start;
  const int from = std::max(0, to - count);
  if (values.state.is_fixed ? values.size() < to - from : ArrayResize(values, to - from) < 0) return fail(4407), -1;
  for (int i = from; i < to; i++) values.data()[i - from] = cells->data()[i];
  return to - from;
}

bool IndicatorRelease(int handle) {
  Held *one = held_of(handle);
  if (one == nullptr) return false;
  if (--one->users == 0) {
    one->instance->deinit(REASON_REMOVE);
    held.erase(handle);
  }
  return true;
}

}  // namespace mql
