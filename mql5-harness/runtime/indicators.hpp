/// What the event loop needs of the indicators that the program holds.
#pragma once

namespace mql::run {

int open_indicators();
/// Nothing is calculated until they are let go: the terminal has other things to do.
void hold_indicators(bool wanted);
/// Lets those calculate whose time has come, as the terminal's symbol threads do beside the program.
void calculate_indicators();
/// Ends what the program did not release.
void close_indicators();

}  // namespace mql::run
