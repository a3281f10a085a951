/// One running indicator: its own copy of the library, so that each handle has globals of its own.
#pragma once
#include <string>
#include <variant>
#include <vector>
#include "market.hpp"

namespace mql::run {

/// A typed parameter as an indicator gets it.
using Parameter = std::variant<long, double, string>;

class IndicatorInstance {
 public:
  IndicatorInstance(const std::string &library, const std::string &symbol, ENUM_TIMEFRAMES timeframe, std::vector<Parameter> parameters);
  ~IndicatorInstance();
  IndicatorInstance(const IndicatorInstance &) = delete;
  IndicatorInstance &operator=(const IndicatorInstance &) = delete;

  /// Whether the library is there and is an indicator.
  bool ok() const { return program_ != nullptr; }
  int input_count() const;
  /// Runs OnInit; INIT_SUCCEEDED or what it returned.
  int init();
  /// Feeds the bars; what was fed before must be their beginning, except for its last bar, unless `from_start`.
  /// @return what OnCalculate returned
  int calculate(const std::vector<Bar> &bars, bool from_start = false);
  int calculated() const { return calculated_; }
  /// nullptr = no such buffer. Cells lie oldest first in memory.
  const Array<double> *buffer(int index) const;
  void deinit(int reason);
  bool bind(int index, Array<double> &buffer);

  /// The instance whose code runs now, nullptr = none.
  static IndicatorInstance *running();

 private:
  friend bool next_parameter(Parameter &value);
  const Program *program_ = nullptr;
  void *library_ = nullptr;
  std::string copy_;
  Context context_;
  std::vector<Parameter> parameters_;
  std::size_t next_parameter_ = 0;
  std::vector<Array<double> *> buffers_;
  int calculated_ = 0;
  Array<datetime> time_;
  Array<double> open_, high_, low_, close_;
  Array<long> tick_volume_, volume_;
  Array<int> spread_;
};

/// The next parameter of the indicator that is being made; false when it is not given.
bool next_parameter(Parameter &value);

}  // namespace mql::run
