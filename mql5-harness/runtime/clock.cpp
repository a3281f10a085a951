#include "clock.hpp"
#include <fcntl.h>
#include <time.h>
#include <unistd.h>
#include <algorithm>
#include <cmath>
#include "run.hpp"

namespace mql::run {

namespace {

double real_ms() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

/// The longest real time that passes between two looks at the clock. More means that the program stood still, on a
/// machine with other work, and its time stood still with it: no pace that a spec judges depends on the machine.
constexpr double MAX_STEP_MS = 50;
/// A spec that has not shown itself for so long stands still; so does the program's time until it does.
constexpr double SPEC_STALE_MS = 50;
/// What the spec reads is never older.
constexpr double PUBLISH_EVERY_MS = 5;

/// Program time is `program` at the real time `real`, and goes on `rate` times as fast, for MAX_STEP_MS at most.
struct Mapping {
  double begun;
  double real;
  double program;
  double rate;
  double ended;
};

/// What a spec reads to have the very same clock; `begun` and `ended` differ while it is being written.
void publish(Mapping &mapping) {
  static const int file = [] {
    const std::string path = setting("MQL_CLOCK_FILE");
    return path.empty() ? -1 : open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  }();
  mapping.begun = mapping.ended = mapping.begun + 1;
  if (file >= 0 && pwrite(file, &mapping, sizeof mapping, 0) != sizeof mapping) journal("the clock file cannot be written");
}

/// When the spec last showed itself, real time; what is there when no spec does: `otherwise`.
double spec_seen_ms(double otherwise) {
  static const int file = [] {
    const std::string path = setting("MQL_PULSE_FILE");
    return path.empty() ? -1 : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  }();
  double seen = 0;
  return file >= 0 && pread(file, &seen, sizeof seen, 0) == sizeof seen ? seen : otherwise;
}

Mapping &mapping() {
  static Mapping made = [] {
    Mapping first{0, real_ms(), 0, number_setting("MQL_CLOCK_SCALE", 1), 0};
    publish(first);
    return first;
  }();
  return made;
}

/// Noon of a Wednesday in March 2026, when every market quotes.
constexpr double START_MS = 1773230400000.0;
/// A terminal host that has run for 49.7 days in a moment: 32-bit tick counts wrap.
constexpr double START_TICKS = 4294967296.0 - 15000;

double &start_ms() {
  static double value = number_setting("MQL_CLOCK_START_MS", START_MS);
  return value;
}

/// Time never goes back, also where the last part of it turns out to have been a standstill.
double shown(double at_ms) {
  static double latest = 0;
  return latest = std::max(latest, at_ms);
}

}  // namespace

double clock_ms() {
  Mapping &now = mapping();
  const double real = real_ms();
  const double passed = real - now.real;
  if (passed < PUBLISH_EVERY_MS) return shown(now.program + passed * now.rate);
  const double seen = spec_seen_ms(real) + SPEC_STALE_MS - now.real;
  const double counted = std::max(0.0, std::min({passed, MAX_STEP_MS, seen}));
  now.program += counted * now.rate;
  now.real = real;
  publish(now);
  return shown(now.program);
}

void set_clock_rate(double rate) {
  clock_ms();
  Mapping &now = mapping();
  const double real = real_ms();
  now.program += (real - now.real) * now.rate;
  now.real = real;
  now.rate = rate;
  publish(now);
}

void advance_clock(double ms) {
  mapping().program += ms;
  publish(mapping());
}

double real_ms_until(double at_ms) { return std::max(0.0, (at_ms - clock_ms()) / mapping().rate); }

void wait_ms(double ms) {
  const double until = clock_ms() + ms;
  for (double left = real_ms_until(until); left > 0; left = real_ms_until(until)) {
    usleep(static_cast<useconds_t>(std::min(left * 1000, MAX_NAP_MS * 1000)) + 1);
  }
}

void advance_server(double ms) { start_ms() += ms; }
double server_seconds() { return (start_ms() + clock_ms()) / 1000; }

long utc_offset_seconds() {
  static const long value = static_cast<long>(number_setting("MQL_UTC_OFFSET", 7200));
  return value;
}

}  // namespace mql::run

namespace mql {

using namespace run;

ulong GetTickCount64() { return static_cast<ulong>(START_TICKS + clock_ms()); }
ulong GetMicrosecondCount() { return static_cast<ulong>(clock_ms() * 1000); }
datetime TimeTradeServer() { return datetime(static_cast<long>(server_seconds())); }
datetime TimeGMT() { return datetime(static_cast<long>(server_seconds()) - utc_offset_seconds()); }
datetime TimeLocal() { return datetime(static_cast<long>(server_seconds()) - utc_offset_seconds() + 3600); }

bool TimeToStruct(datetime value, MqlDateTime &parts) {
  const time_t seconds = static_cast<time_t>(value.value);
  tm broken{};
  if (gmtime_r(&seconds, &broken) == nullptr) return false;
  parts = {broken.tm_year + 1900, broken.tm_mon + 1, broken.tm_mday, broken.tm_hour,
           broken.tm_min, broken.tm_sec, broken.tm_wday, broken.tm_yday};
  return true;
}

string TimeToString(datetime value) {
  MqlDateTime parts{};
  if (!TimeToStruct(value, parts)) return ""_s;
  char text[32];
  std::snprintf(text, sizeof text, "%04d.%02d.%02d %02d:%02d", parts.year % 10000, parts.mon, parts.day, parts.hour, parts.min);
  return from_utf8(text);
}

Argument::Argument(datetime value) : kind(Kind::text), text(TimeToString(value)) {}

}  // namespace mql
