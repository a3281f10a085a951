/// Integers of MQL5, and what the headers need of the runtime.
#pragma once
#pragma GCC system_header
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#define MQL_EXPORT __attribute__((visibility("default")))

namespace mql {

using uchar = unsigned char;
using ushort = unsigned short;
using uint = unsigned int;
using ulong = unsigned long;
using color = unsigned int;
static_assert(sizeof(long) == 8, "long must have 8 bytes, as in MQL5");

/// Stops the program as the terminal would after a critical error (exit code 70).
[[noreturn]] void critical(const char *what, long detail = 0, long limit = 0);
/// Stops the program at something that a real terminal might let pass, but that nobody should write (exit code 71).
[[noreturn]] void strict_fault(const char *what);
/// Fills fresh memory as the run asks for; opaque to the compiler, so that it is not optimised away.
void poison(void *memory, std::size_t bytes);

/// NULL of MQL5: no text, no object, zero.
struct Null {
  template <typename T>
    requires std::is_arithmetic_v<T>
  constexpr operator T() const { return T(0); }
};
inline constexpr Null null{};

}  // namespace mql
