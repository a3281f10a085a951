/// The lines on standard input with which a spec breaks the terminal's world at run time.
#pragma once

namespace mql::run {

struct Orders {
  bool is_over = false;
  /// The terminal ends the program and begins it again, for this reason; -1 = not.
  int restart_reason = -1;
};

/// Obeys what has come; waits at most so long for something to come.
void obey(Orders &orders, double real_ms);

}  // namespace mql::run
