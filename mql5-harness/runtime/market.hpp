/// The broker as the terminal sees it: symbols that quote by the clock and series that grow and load. All of it follows
/// from the seed, or from CSV files where the run has some.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>
#include "run.hpp"

namespace mql::run {

struct Bar {
  long time;
  double open, high, low, close;
  long tick_volume;
  int spread;
  long real_volume;
};

struct Symbol {
  std::string name;
  int digits = 5;
  double price = 1;
  bool quotes_at_weekends = false;
  bool is_selected = false;
  bool is_tradable = true;
  bool exists = true;
  double next_tick_ms = 0;
  /// Server time of the last tick, 0 = none yet.
  long last_tick_ms = 0;
  Dice dice{"quotes"};
  double point() const;
  double rounded(double value) const;
};

/// Bars of one symbol and timeframe, oldest first; the last one forms.
class Series {
 public:
  Series(Symbol &symbol, ENUM_TIMEFRAMES timeframe);

  const std::vector<Bar> &bars() const { return bars_; }
  /// How many of the newest bars a program can see now.
  int visible() const;
  bool is_loaded() const;
  /// A copy was asked for: what was not yet asked of the server is from now on.
  void request();
  /// Bars from here on were asked for by date: the server sends older ones than the terminal had.
  void request_from(long time);
  void load_for(double ms);
  void rewrite(int newest_bars);
  void quote(long time, double price);
  /// Grows with every change of a bar that was there before, so that indicators start over.
  int revision() const { return revision_; }

 private:
  void read_or_invent(long before);
  Symbol &symbol_;
  ENUM_TIMEFRAMES timeframe_;
  std::vector<Bar> bars_;
  bool is_requested_ = false;
  double loading_ms_ = 0;
  double loaded_at_ms_ = 0;
  /// Closed bars that the terminal lacks at the old end, and when the server will have sent them.
  int lacking_ = 0;
  double deep_at_ms_ = -1;
  int revision_ = 0;
};

class Market {
 public:
  static Market &of_this_run();

  bool is_connected = true;
  std::vector<Symbol> symbols;
  /// nullptr = no such symbol (any more).
  Symbol *find(const std::string &name);
  /// nullptr = no such symbol or timeframe.
  Series *series(const std::string &name, ENUM_TIMEFRAMES timeframe);
  /// All quotes up to now; whether the symbol of the chart was among them.
  bool advance(const std::string &chart_symbol);
  void tick(Symbol &symbol, double at_ms);
  /// Server time of the newest tick of any symbol, milliseconds.
  long last_tick_ms() const;

 private:
  Market();
  std::map<std::string, std::map<int, std::unique_ptr<Series>>> series_;
};

const char *timeframe_name(ENUM_TIMEFRAMES timeframe);
std::optional<ENUM_TIMEFRAMES> timeframe_named(const std::string &name);
long bar_open(ENUM_TIMEFRAMES timeframe, long time);

}  // namespace mql::run
