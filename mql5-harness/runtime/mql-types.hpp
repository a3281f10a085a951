/// datetime and the structures that terminal functions fill.
#pragma once
#pragma GCC system_header
#include "mql-array.hpp"

namespace mql {

/// Seconds as an 8-byte integer. Whether it has a sign is not clear, so programs are built both ways.
/// Packed, so that the structures that hold one can be.
struct __attribute__((packed)) datetime {
#ifdef MQL_DATETIME_UNSIGNED
  using rep = ulong;
#else
  using rep = long;
#endif
  rep value;
  datetime() = default;
  template <typename I>
    requires std::is_integral_v<I> || std::is_enum_v<I>
  constexpr datetime(I seconds) : value(static_cast<rep>(seconds)) {}
  constexpr datetime(Null) : value(0) {}
  constexpr operator rep() const { return value; }
};

/// Whether a difference of two can be negative is not clear: programs cast both to long first.
template <typename A, typename B>
  requires std::is_same_v<A, datetime> && std::is_same_v<B, datetime>
void operator-(A, B) = delete;

struct __attribute__((packed)) MqlRates {
  datetime time;
  double open, high, low, close;
  long tick_volume;
  int spread;
  long real_volume;
};
static_assert(sizeof(MqlRates) == 60);

struct __attribute__((packed)) MqlTick {
  datetime time;
  double bid, ask, last;
  ulong volume;
  long time_msc;
  uint flags;
  double volume_real;
};
static_assert(sizeof(MqlTick) == 60);

struct MqlDateTime {
  int year, mon, day, hour, min, sec, day_of_week, day_of_year;
};

}  // namespace mql
