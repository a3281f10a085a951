/// What the event loop and the specs need of the sockets.
#pragma once

namespace mql::run {

int open_sockets();
/// Breaks every connection as a dead network does, without a word.
void cut_links();
/// Breaks the link in the middle of the next send that has at least this many bytes.
void cut_at_send(int least_bytes);
/// A new call of a handler began: some terminals refuse to send in the call that connected.
void begin_event();

}  // namespace mql::run
