/// The one clock of the run. It starts at an odd place, may run faster than real time, and may jump while nothing
/// outside could notice.
#pragma once

namespace mql::run {

/// Whoever waits looks at the clock this often, real milliseconds: what is longer counts as a standstill.
constexpr double MAX_NAP_MS = 20;

/// Milliseconds since the program started, of its own time. It stands still while the program or its spec does.
double clock_ms();
void set_clock_rate(double rate);
/// Sets the clock forward.
void advance_clock(double ms);
/// Real milliseconds until the program's clock shows this.
double real_ms_until(double at_ms);
/// Lets the program's time pass, as a blocking call does.
void wait_ms(double ms);
/// Sets the server's clock forward, and no other.
void advance_server(double ms);
/// Server time, seconds since 1970 with a fraction.
double server_seconds();
/// Server time minus UTC.
long utc_offset_seconds();

}  // namespace mql::run
