/// This run: its settings, its dice, its last error, and how it ends.
#pragma once
#include <cstdint>
#include <string>
#include "mql.hpp"

namespace mql::run {

enum ExitCode { EXIT_CRITICAL = 70, EXIT_STRICT = 71, EXIT_INIT_FAILED = 72, EXIT_LEAK = 73 };

/// Text of an environment variable, or this.
std::string setting(const char *name, const std::string &usual = "");
double number_setting(const char *name, double usual);

/// A sequence of chances that depends on the seed and on its own name only, so that one part of the model does not
/// change what another part does.
class Dice {
 public:
  explicit Dice(const std::string &name);
  std::uint64_t next();
  /// A whole number from low to high, both included.
  long between(long low, long high);
  bool chance(double probability);

 private:
  std::uint64_t state_;
};

/// A choice that holds for the whole run: the documentation leaves it open.
bool choice(const char *name, double probability = 0.5);

/// _LastError of the program that runs; stays until it is reset.
void fail(int code);
int last_error();

/// A line of the terminal's journal, on standard error.
void journal(const std::string &line);
/// One line of JSON on standard output, for the spec that drives this run: `fields` is the inside of an object.
void tell(const std::string &event, const std::string &fields = "");
std::string quoted(const std::string &text);

/// What the program that runs stands on; swapped around each call into an indicator.
struct Context {
  string symbol;
  ENUM_TIMEFRAMES period = PERIOD_H1;
  bool is_indicator = false;
};
Context &context();
/// Makes another context the current one as long as it lives.
class ContextScope {
 public:
  explicit ContextScope(Context &next);
  ~ContextScope();
  ContextScope(const ContextScope &) = delete;
  ContextScope &operator=(const ContextScope &) = delete;

 private:
  Context *before_;
};

}  // namespace mql::run
