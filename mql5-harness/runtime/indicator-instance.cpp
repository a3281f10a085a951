#include "indicator-instance.hpp"
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>
#include <filesystem>
#include <set>

namespace mql::run {

namespace {

IndicatorInstance *current = nullptr;

/// Marks whose code runs, so that its calls find its buffers and parameters.
class RunningScope {
 public:
  explicit RunningScope(IndicatorInstance *next) : before_(std::exchange(current, next)) {}
  ~RunningScope() { current = before_; }
  RunningScope(const RunningScope &) = delete;
  RunningScope &operator=(const RunningScope &) = delete;

 private:
  IndicatorInstance *before_;
};

/// Copies stay until the end of the process: sanitizers read the lines of a stack from them.
struct Copies {
  std::set<std::string> paths;
  ~Copies() { for (const std::string &path : paths) unlink(path.c_str()); }
} copies;

std::string copy_of(const std::string &library) {
  std::string path = std::filesystem::temp_directory_path() / "mql5-indicator-XXXXXX";
  const int file = mkstemp(path.data());
  if (file < 0) return "";
  close(file);
  copies.paths.insert(path);
  std::error_code error;
  std::filesystem::copy_file(library, path, std::filesystem::copy_options::overwrite_existing, error);
  return error ? "" : path;
}

}  // namespace

IndicatorInstance::IndicatorInstance(const std::string &library, const std::string &symbol, ENUM_TIMEFRAMES timeframe, std::vector<Parameter> parameters)
    : parameters_(std::move(parameters)) {
  context_.symbol = from_utf8(symbol);
  context_.period = timeframe;
  context_.is_indicator = true;
  if (!std::filesystem::exists(library)) return;
  copy_ = copy_of(library);
  const ContextScope in(context_);
  const RunningScope mine(this);
  // The library's inputs and globals are made here.
  library_ = dlopen(copy_.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library_ == nullptr) journal(dlerror());
  const void *found = library_ == nullptr ? nullptr : dlsym(library_, "mql_program");
  const auto *program = static_cast<const Program *>(found);
  if (program != nullptr && program->kind == Kind::indicator && program->onCalculate != nullptr) program_ = program;
}

IndicatorInstance::~IndicatorInstance() {
  const RunningScope mine(this);
  if (library_ != nullptr) dlclose(library_);
}

IndicatorInstance *IndicatorInstance::running() { return current; }
int IndicatorInstance::input_count() const { return program_ == nullptr ? 0 : program_->inputCount; }

int IndicatorInstance::init() {
  const ContextScope in(context_);
  const RunningScope mine(this);
  if (program_->onInitVoid != nullptr) program_->onInitVoid();
  const int code = program_->onInit == nullptr ? static_cast<int>(INIT_SUCCEEDED) : program_->onInit();
  for (int i = 0; i < program_->indicatorBuffers; i++) {
    if (buffer(i) == nullptr) strict_fault("an indicator binds fewer buffers than it declares");
  }
  // Nobody promises a direction: a program sets the one that it needs.
  const bool as_series = choice("arrays of OnCalculate come as series");
  for (const auto *array : {&open_, &high_, &low_, &close_}) ArraySetAsSeries(*array, as_series);
  ArraySetAsSeries(time_, as_series);
  ArraySetAsSeries(tick_volume_, as_series);
  ArraySetAsSeries(volume_, as_series);
  ArraySetAsSeries(spread_, as_series);
  return code;
}

bool IndicatorInstance::bind(int index, Array<double> &array) {
  if (index < 0 || index >= program_->indicatorBuffers) strict_fault("SetIndexBuffer beyond #property indicator_buffers");
  if (static_cast<int>(buffers_.size()) <= index) buffers_.resize(static_cast<std::size_t>(index) + 1, nullptr);
  if (array.state.is_fixed) strict_fault("SetIndexBuffer of a fixed array");
  array.state.is_owned = true;
  // The manual: a buffer is no series after it was bound, whatever it was before.
  array.state.is_series = false;
  array.resize(0);
  buffers_[static_cast<std::size_t>(index)] = &array;
  return true;
}

int IndicatorInstance::calculate(const std::vector<Bar> &bars, bool from_start) {
  const ContextScope in(context_);
  const RunningScope mine(this);
  const int total = static_cast<int>(bars.size());
  const int before = from_start || total < calculated_ ? 0 : calculated_;
  const int kept = before == 0 ? 0 : time_.size() - 1;
  for (auto *array : {&open_, &high_, &low_, &close_}) array->resize(total);
  time_.resize(total);
  tick_volume_.resize(total);
  volume_.resize(total);
  spread_.resize(total);
  for (int i = kept; i < total; i++) {
    const Bar &bar = bars[static_cast<std::size_t>(i)];
    time_.data()[i] = datetime(bar.time);
    open_.data()[i] = bar.open, high_.data()[i] = bar.high, low_.data()[i] = bar.low, close_.data()[i] = bar.close;
    tick_volume_.data()[i] = bar.tick_volume, volume_.data()[i] = bar.real_volume, spread_.data()[i] = bar.spread;
  }
  // New cells are not initialised; on a fresh start the old ones may be, or not.
  for (Array<double> *cells : buffers_) {
    if (cells != nullptr && before == 0 && choice("a fresh start has fresh cells")) cells->resize(0);
    if (cells != nullptr) cells->resize(total);
  }
  calculated_ = program_->onCalculate(total, before, time_, open_, high_, low_, close_, tick_volume_, volume_, spread_);
  return calculated_;
}

const Array<double> *IndicatorInstance::buffer(int index) const {
  return index < 0 || index >= static_cast<int>(buffers_.size()) ? nullptr : buffers_[static_cast<std::size_t>(index)];
}

void IndicatorInstance::deinit(int reason) {
  const ContextScope in(context_);
  const RunningScope mine(this);
  if (program_->onDeinit != nullptr) program_->onDeinit(reason);
}

bool next_parameter(Parameter &value) {
  if (current == nullptr || current->next_parameter_ >= current->parameters_.size()) return false;
  value = current->parameters_[current->next_parameter_++];
  return true;
}

}  // namespace mql::run

namespace mql {

namespace {

/// An expert's input by its name, an indicator's by its place; false = the usual value.
bool given(const char *name, run::Parameter &value) {
  if (run::IndicatorInstance::running() != nullptr) return run::next_parameter(value);
  const std::string variable = std::string("MQL_INPUT_") + name;
  if (getenv(variable.c_str()) == nullptr) return false;
  value = from_utf8(run::setting(variable.c_str()));
  return true;
}

double number_of(const run::Parameter &value) {
  if (const long *whole = std::get_if<long>(&value)) return static_cast<double>(*whole);
  if (const double *real = std::get_if<double>(&value)) return *real;
  return StringToDouble(std::get<string>(value));
}

}  // namespace

bool input_text(const char *name, string &text) {
  run::Parameter value;
  if (!given(name, value)) return false;
  if (const string *given_text = std::get_if<string>(&value)) text = *given_text;
  else strict_fault("a number for an input that is a string");
  return true;
}

bool input_number(const char *name, double &number) {
  run::Parameter value;
  if (!given(name, value)) return false;
  number = number_of(value);
  return true;
}

bool input_integer(const char *name, long &number) {
  run::Parameter value;
  if (!given(name, value)) return false;
  const string *text = std::get_if<string>(&value);
  if (text != nullptr && to_utf8(*text) == "true") number = 1;
  else if (const long *whole = std::get_if<long>(&value)) number = *whole;
  else number = text != nullptr ? StringToInteger(*text) : static_cast<long>(number_of(value));
  return true;
}

bool SetIndexBuffer(int index, Array<double> &buffer, ENUM_INDEXBUFFER_TYPE) {
  run::IndicatorInstance *instance = run::IndicatorInstance::running();
  if (instance == nullptr) strict_fault("SetIndexBuffer outside an indicator");
  return instance->bind(index, buffer);
}

// Drawing is not modelled.
bool PlotIndexSetInteger(int, ENUM_PLOT_PROPERTY_INTEGER, int) { return true; }
bool PlotIndexSetDouble(int, ENUM_PLOT_PROPERTY_DOUBLE, double) { return true; }
bool PlotIndexSetString(int, ENUM_PLOT_PROPERTY_STRING, const string &) { return true; }
bool IndicatorSetInteger(ENUM_INDICATOR_INFO_INTEGER, int) { return true; }
bool IndicatorSetString(ENUM_INDICATOR_INFO_STRING, const string &) { return true; }

}  // namespace mql
