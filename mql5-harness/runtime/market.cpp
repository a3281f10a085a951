#include "market.hpp"
#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include "clock.hpp"

namespace mql::run {

namespace {

constexpr long DAY = 86400;
/// No history is older: 1 January 2001.
constexpr long OLDEST = 978307200;
/// A clock that jumps brings fewer quotes than one that walks.
constexpr int QUOTES_PER_ADVANCE = 400;
const char *const USUAL_SYMBOLS = "EURUSD:5:1.08,XAUUSD:2:2300,BTCUSD:2:60000,GER40.\xE2\x82\xAC:1:18000";

bool quotes_on_day_of(const Symbol &symbol, long time) {
  const long weekday = (time / DAY + 4) % 7;
  return symbol.quotes_at_weekends || (weekday != 0 && weekday != 6);
}

std::vector<Bar> bars_of_file(const std::string &path) {
  std::vector<Bar> bars;
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    if (line.empty() || line[0] < '0' || line[0] > '9') continue;
    std::replace(line.begin(), line.end(), ',', ' ');
    std::istringstream fields(line);
    Bar bar{};
    fields >> bar.time >> bar.open >> bar.high >> bar.low >> bar.close >> bar.tick_volume >> bar.spread >> bar.real_volume;
    bars.push_back(bar);
  }
  return bars;
}

}  // namespace

double Symbol::point() const { return std::pow(10.0, -digits); }
double Symbol::rounded(double value) const {
  const double scale = std::pow(10.0, digits);
  return std::max(1.0, std::round(value * scale)) / scale;
}

Series::Series(Symbol &symbol, ENUM_TIMEFRAMES timeframe) : symbol_(symbol), timeframe_(timeframe) {
  const long now = static_cast<long>(server_seconds());
  const long open = bar_open(timeframe, now);
  read_or_invent(open);
  quote(now, symbol.price);
  Dice dice("loading " + symbol.name + timeframe_name(timeframe));
  loading_ms_ = dice.chance(0.5) ? static_cast<double>(dice.between(30, 600)) : 0;
  // The terminal has not all that the server has, until somebody asks for it by date.
  if (dice.chance(0.3)) lacking_ = std::max(0, static_cast<int>(bars_.size()) - static_cast<int>(dice.between(5100, 5500)));
  if (!choice("only a copy starts the download")) request();
}

void Series::read_or_invent(long before) {
  const std::string folder = setting("MQL_CANDLES");
  if (!folder.empty()) bars_ = bars_of_file(folder + "/" + symbol_.name + "_" + timeframe_name(timeframe_) + ".csv");
  bars_.erase(std::remove_if(bars_.begin(), bars_.end(), [&](const Bar &bar) { return bar.time >= before; }), bars_.end());
  if (!bars_.empty()) return;
  Dice dice("history " + symbol_.name + timeframe_name(timeframe_));
  const auto wanted = static_cast<std::size_t>(number_setting("MQL_HISTORY_BARS", 6000));
  const double step = 0.0004 * std::sqrt(PeriodSeconds(timeframe_) / 60.0);
  double close = symbol_.price;
  for (long time = bar_open(timeframe_, before - 1); bars_.size() < wanted && time >= OLDEST; time = bar_open(timeframe_, time - 1)) {
    if (PeriodSeconds(timeframe_) <= DAY && !quotes_on_day_of(symbol_, time)) continue;
    const auto part = [&] { return static_cast<double>(dice.between(0, 1000)) / 1000; };
    const double open = symbol_.rounded(close * (1 + std::min(step, 0.05) * (2 * part() - 1)));
    const double high = symbol_.rounded(std::max(open, close) * (1 + 0.5 * std::min(step, 0.05) * part()));
    const double low = symbol_.rounded(std::min(open, close) * (1 - 0.5 * std::min(step, 0.05) * part()));
    bars_.push_back({time, open, high, low, symbol_.rounded(close), dice.between(1, 9000), static_cast<int>(dice.between(0, 20)), dice.between(0, 900)});
    close = open;
  }
  std::reverse(bars_.begin(), bars_.end());
}

void Series::quote(long time, double price) {
  const long open = bar_open(timeframe_, time);
  if (bars_.empty() || bars_.back().time < open) {
    bars_.push_back({open, price, price, price, price, 1, 3, 0});
    return;
  }
  Bar &bar = bars_.back();
  bar.high = std::max(bar.high, price);
  bar.low = std::min(bar.low, price);
  bar.close = price;
  bar.tick_volume++;
}

bool Series::is_loaded() const { return is_requested_ && clock_ms() >= loaded_at_ms_; }

int Series::visible() const {
  const int all = static_cast<int>(bars_.size());
  const bool is_deep = deep_at_ms_ >= 0 && clock_ms() >= deep_at_ms_;
  if (is_loaded()) return is_deep ? all : all - lacking_;
  return choice("a series that loads shows a part of it") ? std::min(all, 37) : 0;
}

void Series::request() {
  if (is_requested_) return;
  is_requested_ = true;
  loaded_at_ms_ = clock_ms() + loading_ms_;
}

void Series::request_from(long time) {
  const Bar &oldest = bars_[static_cast<std::size_t>(lacking_)];
  if (time < oldest.time && deep_at_ms_ < 0) deep_at_ms_ = clock_ms() + loading_ms_;
}

void Series::load_for(double ms) {
  loading_ms_ = ms;
  is_requested_ = false;
  request();
}

void Series::rewrite(int newest_bars) {
  const int all = static_cast<int>(bars_.size()) - 1;
  for (int i = std::max(0, all - newest_bars); i < all; i++) {
    Bar &bar = bars_[static_cast<std::size_t>(i)];
    bar.close = bar.low = symbol_.rounded(std::min(bar.low, bar.close) * 0.999);
  }
  revision_++;
}

Market &Market::of_this_run() {
  static Market market;
  return market;
}

Market::Market() {
  std::istringstream list(setting("MQL_SYMBOLS", USUAL_SYMBOLS));
  for (std::string entry; std::getline(list, entry, ',');) {
    std::istringstream fields(entry);
    Symbol symbol;
    std::getline(fields, symbol.name, ':');
    char colon = 0;
    fields >> symbol.digits >> colon >> symbol.price;
    symbol.is_selected = true;
    symbol.quotes_at_weekends = symbol.name.starts_with("BTC");
    symbol.dice = Dice("quotes " + symbol.name);
    symbol.last_tick_ms = static_cast<long>(server_seconds() * 1000) - 300;
    symbols.push_back(symbol);
  }
  // What a broker has and nobody watches: the list is long.
  for (int i = 1; i <= static_cast<int>(number_setting("MQL_EXTRA_SYMBOLS", 90)); i++) {
    Symbol symbol;
    symbol.name = "SHARE" + std::to_string(i);
    symbol.digits = 2;
    symbol.price = 10 + i;
    symbol.is_tradable = i % 7 != 0;
    symbols.push_back(symbol);
  }
}

Symbol *Market::find(const std::string &name) {
  for (Symbol &symbol : symbols) if (symbol.exists && symbol.name == name) return &symbol;
  return nullptr;
}

Series *Market::series(const std::string &name, ENUM_TIMEFRAMES timeframe) {
  Symbol *symbol = find(name);
  if (symbol == nullptr || *timeframe_name(timeframe) == '\0') return nullptr;
  std::unique_ptr<Series> &slot = series_[name][timeframe];
  if (!slot) slot = std::make_unique<Series>(*symbol, timeframe);
  return slot.get();
}

void Market::tick(Symbol &symbol, double at_ms) {
  const double now_ms = server_seconds() * 1000 - (clock_ms() - at_ms);
  symbol.price = symbol.rounded(symbol.price * (1 + 0.0002 * (static_cast<double>(symbol.dice.between(0, 1000)) / 500 - 1)));
  symbol.last_tick_ms = static_cast<long>(now_ms);
  for (auto &[timeframe, series] : series_[symbol.name]) series->quote(symbol.last_tick_ms / 1000, symbol.price);
}

bool Market::advance(const std::string &chart_symbol) {
  bool has_ticked = false;
  const double now = clock_ms();
  for (Symbol &symbol : symbols) {
    if (!symbol.exists || !symbol.is_selected || now < symbol.next_tick_ms) continue;
    const double least = (now - symbol.next_tick_ms) / QUOTES_PER_ADVANCE;
    while (symbol.next_tick_ms <= now) {
      const bool quotes = quotes_on_day_of(symbol, static_cast<long>(server_seconds()));
      if (is_connected && quotes) tick(symbol, symbol.next_tick_ms);
      has_ticked = has_ticked || symbol.name == chart_symbol;
      symbol.next_tick_ms += std::max(least, static_cast<double>(symbol.dice.between(90, 500)));
    }
  }
  return has_ticked;
}

long Market::last_tick_ms() const {
  long newest = 0;
  for (const Symbol &symbol : symbols) newest = std::max(newest, symbol.last_tick_ms);
  return newest;
}

}  // namespace mql::run
