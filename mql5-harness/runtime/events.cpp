#include "events.hpp"
#include <algorithm>
#include <limits>
#include "clock.hpp"
#include "indicators.hpp"
#include "market.hpp"

namespace mql {

using namespace run;

namespace {

constexpr double NEVER = std::numeric_limits<double>::infinity();
/// What Windows gives at best.
constexpr double SHORTEST_TIMER_MS = 16;

double period_ms = 0;
double next_ms = NEVER;
bool removed = false;

}  // namespace

namespace run {

bool is_timer_due() {
  const double now = clock_ms();
  if (now < next_ms) return false;
  next_ms = std::max(next_ms + period_ms, now + SHORTEST_TIMER_MS / 2);
  return true;
}

double next_timer_ms() { return next_ms; }
bool is_removed() { return removed; }

}  // namespace run

bool EventSetMillisecondTimer(int milliseconds) {
  if (milliseconds <= 0 || context().is_indicator) return fail(4003), false;
  period_ms = std::max(SHORTEST_TIMER_MS, static_cast<double>(milliseconds)) + (choice("the timer is coarse") ? 15 : 0);
  next_ms = clock_ms() + period_ms;
  return true;
}

void EventKillTimer() { next_ms = NEVER; }
bool IsStopped() { return removed; }
void ExpertRemove() { removed = true; }

bool TerminalClose(int ret_code) {
  tell("terminal-close", "\"code\":" + std::to_string(ret_code));
  removed = true;
  return true;
}

/// The terminal goes on beside a program that sleeps.
void Sleep(int milliseconds) {
  constexpr double SLICE_MS = 10;
  for (double left = milliseconds; left > 0; left -= SLICE_MS) {
    wait_ms(std::min(left, SLICE_MS));
    Market::of_this_run().advance(to_utf8(context().symbol));
    calculate_indicators();
  }
}

}  // namespace mql
