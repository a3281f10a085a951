/// What the translator tells about a program, and its inputs.
#pragma once
#pragma GCC system_header
#include "mql-functions.hpp"

namespace mql {

enum class Kind { expert, indicator, script };

struct InputInfo {
  const char *name;
  const char *type;
};

/// One translated program; handlers that it does not have are nullptr.
struct Program {
  const char *name = "";
  Kind kind = Kind::expert;
  int indicatorBuffers = 0;
  int indicatorPlots = 0;
  const InputInfo *inputs = nullptr;
  int inputCount = 0;
  int (*onInit)() = nullptr;
  void (*onInitVoid)() = nullptr;
  void (*onDeinit)(const int) = nullptr;
  void (*onTick)() = nullptr;
  void (*onTimer)() = nullptr;
  void (*onStart)() = nullptr;
  int (*onCalculate)(const int, const int, const Array<datetime> &, const Array<double> &, const Array<double> &,
                     const Array<double> &, const Array<double> &, const Array<long> &, const Array<long> &,
                     const Array<int> &) = nullptr;
};

bool input_text(const char *name, string &text);
bool input_number(const char *name, double &number);
bool input_integer(const char *name, long &number);

/// The value that this run gives an input, else the one of the source.
template <typename T>
T input(const char *name, T usual) {
  if constexpr (std::is_same_v<T, string>) {
    string text;
    return input_text(name, text) ? text : usual;
  } else if constexpr (std::is_floating_point_v<T>) {
    double number = 0;
    return input_number(name, number) ? static_cast<T>(number) : usual;
  } else {
    long number = 0;
    return input_integer(name, number) ? static_cast<T>(number) : usual;
  }
}
/// `input ENUM x = VALUE` and `input double x = 1` have initial values of another type than their own.
template <typename T, typename V>
  requires(!std::is_same_v<T, V>)
T input(const char *name, V usual) {
  return input<T>(name, static_cast<T>(usual));
}

}  // namespace mql

/// The program that is linked with the runtime, or that an indicator's library holds.
extern "C" MQL_EXPORT const mql::Program mql_program;
