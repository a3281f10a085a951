/// The terminal's part in running a program: OnInit, then timer and ticks in one thread, then OnDeinit.
#include <sanitizer/lsan_interface.h>
#include <signal.h>
#include <algorithm>
#include <cmath>
#include "clock.hpp"
#include "control.hpp"
#include "events.hpp"
#include "indicators.hpp"
#include "market.hpp"
#include "sockets.hpp"

namespace {

using namespace mql;
using namespace mql::run;

volatile sig_atomic_t was_told_to_end = 0;

/// One call of a handler.
template <typename F, typename... A>
auto called(F handler, A... arguments) {
  begin_event();
  return handler(arguments...);
}

int init() {
  if (mql_program.onInitVoid != nullptr) called(mql_program.onInitVoid);
  return mql_program.onInit == nullptr ? static_cast<int>(INIT_SUCCEEDED) : called(mql_program.onInit);
}

void deinit(int reason) {
  if (mql_program.onDeinit != nullptr) called(mql_program.onDeinit, reason);
  EventKillTimer();
}

/// While no connection is open, nobody outside can tell how long a pause was: time jumps to its end.
bool may_jump() {
  static const bool jumps = setting("MQL_IDLE_JUMP") == "1";
  return jumps && open_sockets() == 0;
}

void run_events(const std::string &chart_symbol, Orders &orders) {
  while (!orders.is_over && orders.restart_reason < 0 && was_told_to_end == 0 && !is_removed()) {
    const bool has_ticked = Market::of_this_run().advance(chart_symbol);
    calculate_indicators();
    if (has_ticked && mql_program.onTick != nullptr) called(mql_program.onTick);
    if (is_timer_due() && mql_program.onTimer != nullptr) called(mql_program.onTimer);
    const double due = next_timer_ms();
    if (may_jump() && std::isfinite(due)) {
      advance_clock(std::max(0.0, due - clock_ms()));
      obey(orders, 0);
    } else {
      obey(orders, std::min(MAX_NAP_MS, real_ms_until(due)));
    }
  }
}

int end_of(const Orders &orders) {
  deinit(orders.is_over || was_told_to_end != 0 ? REASON_CLOSE : REASON_PROGRAM);
  const int sockets = open_sockets();
  const int indicators = open_indicators();
  close_indicators();
  const bool leaks = sockets > 0 || indicators > 0 || __lsan_do_recoverable_leak_check() != 0;
  if (leaks) journal("leak: " + std::to_string(sockets) + " sockets, " + std::to_string(indicators) + " indicators were left");
  tell("ended", "\"code\":" + std::to_string(leaks ? EXIT_LEAK : 0));
  return leaks ? EXIT_LEAK : 0;
}

}  // namespace

int main() {
  signal(SIGPIPE, SIG_IGN);
  for (const int number : {SIGTERM, SIGINT}) signal(number, [](int) { was_told_to_end = 1; });
  context().symbol = from_utf8(setting("MQL_CHART_SYMBOL", Market::of_this_run().symbols.front().name));
  context().period = timeframe_named(setting("MQL_CHART_TIMEFRAME", "H1")).value_or(PERIOD_H1);
  const std::string chart_symbol = to_utf8(context().symbol);
  Orders orders;
  if (mql_program.kind == Kind::script) {
    called(mql_program.onStart);
    return end_of(orders);
  }
  for (;;) {
    const int code = init();
    tell("started", "\"code\":" + std::to_string(code));
    if (code != INIT_SUCCEEDED) {
      deinit(REASON_INITFAILED);
      return EXIT_INIT_FAILED;
    }
    run_events(chart_symbol, orders);
    if (orders.restart_reason < 0) return end_of(orders);
    deinit(orders.restart_reason);
    orders.restart_reason = -1;
  }
}
