/// The program's timer and its own end.
#pragma once

namespace mql::run {

/// Whether OnTimer is to be called now; a call that is late is not made up for.
bool is_timer_due();
/// Infinite when there is no timer.
double next_timer_ms();
bool is_removed();

}  // namespace mql::run
