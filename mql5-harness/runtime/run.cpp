#include "run.hpp"
#include <sanitizer/common_interface_defs.h>
#include <cstdio>
#include <cstdlib>
#include <map>
#include "clock.hpp"

namespace mql::run {

std::string setting(const char *name, const std::string &usual) {
  const char *text = std::getenv(name);
  return text == nullptr ? usual : text;
}

double number_setting(const char *name, double usual) {
  const std::string text = setting(name);
  return text.empty() ? usual : std::strtod(text.c_str(), nullptr);
}

namespace {

std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

std::uint64_t seed() {
  static const auto value = static_cast<std::uint64_t>(number_setting("MQL_SEED", 1));
  return value;
}

int error_code = 0;
Context expert_context;
Context *current = &expert_context;

}  // namespace

Dice::Dice(const std::string &name) : state_(mix(seed() + 0x9e3779b97f4a7c15ULL)) {
  for (const char c : name) state_ = mix(state_ ^ static_cast<unsigned char>(c));
}

__attribute__((no_sanitize("undefined"))) std::uint64_t Dice::next() {
  state_ += 0x9e3779b97f4a7c15ULL;
  return mix(state_);
}

long Dice::between(long low, long high) {
  return low + static_cast<long>(next() % static_cast<std::uint64_t>(high - low + 1));
}

bool Dice::chance(double probability) { return static_cast<double>(next() >> 11) * 0x1.0p-53 < probability; }

bool choice(const char *name, double probability) {
  static std::map<std::string, bool> made;
  const auto found = made.find(name);
  if (found != made.end()) return found->second;
  return made[name] = Dice(name).chance(probability);
}

void fail(int code) { error_code = code; }
int last_error() { return error_code; }

void journal(const std::string &line) { std::fprintf(stderr, "%s\n", line.c_str()); }

std::string quoted(const std::string &text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) out += c;
  }
  return out + "\"";
}

void tell(const std::string &event, const std::string &fields) {
  const std::string rest = fields.empty() ? "" : "," + fields;
  std::printf("{\"event\":%s,\"ticks\":%.0f%s}\n", quoted(event).c_str(), clock_ms(), rest.c_str());
  std::fflush(stdout);
}

Context &context() { return *current; }
ContextScope::ContextScope(Context &next) : before_(current) { current = &next; }
ContextScope::~ContextScope() { current = before_; }

}  // namespace mql::run

namespace mql {

namespace {

[[noreturn]] void end_with(int code, const std::string &what) {
  run::journal(what);
  __sanitizer_print_stack_trace();
  run::tell("ended", "\"code\":" + std::to_string(code) + ",\"why\":" + run::quoted(what));
  std::_Exit(code);
}

}  // namespace

void critical(const char *what, long detail, long limit) {
  end_with(run::EXIT_CRITICAL, std::string("critical error: ") + what + " " + std::to_string(detail) + ", " + std::to_string(limit));
}

void strict_fault(const char *what) { end_with(run::EXIT_STRICT, std::string("strict fault: ") + what); }
void array_fault(const char *what) { strict_fault(what); }

void poison(void *memory, std::size_t bytes) {
  static const int filler = static_cast<int>(std::strtol(run::setting("MQL_POISON", "a5").c_str(), nullptr, 16));
  std::memset(memory, filler, bytes);
}

bool string::null_equals_empty() { return run::choice("NULL equals an empty string"); }

int GetLastError() { return run::last_error(); }
void ResetLastError() { run::fail(0); }
PredefinedLastError::operator int() const { return run::last_error(); }
PredefinedSymbol::operator string() const { return run::context().symbol; }
PredefinedPeriod::operator ENUM_TIMEFRAMES() const { return run::context().period; }

}  // namespace mql
