/// MQL5's client sockets over real TCP. The manual leaves much open: short sends, reads that wait, bytes that are said
/// to be there and are not. The seed decides, and a program must work with all of it.
#include "sockets.hpp"
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <algorithm>
#include <map>
#include <sstream>
#include "clock.hpp"
#include "run.hpp"

/// Not there where the runtime is linked without a program.
extern "C" __attribute__((weak)) const mql::Program mql_program;

namespace mql {

using namespace run;

namespace {

constexpr int MOST_SOCKETS = 128;
/// SocketRead with a time-out of 0.
constexpr uint LONGEST_READ_MS = 120000;
constexpr int SEND_BUFFER_BYTES = 65536;
/// Most that one record of TLS holds.
constexpr uint TLS_RECORD_BYTES = 16384;

struct Link {
  int file = -1;
  bool is_connected = false;
  bool was_read = false;
  bool is_tls = false;
  long connected_in_event = -1;
  double send_timeout_ms = 1e12;
};

std::map<int, Link> links;
int last_handle = 0;
long event = 0;
int cut_from_bytes = 0;
Dice dice("sockets");

/// The link, or nullptr with the error set. Sockets are closed to indicators.
Link *link_of(int handle) {
  if (context().is_indicator) return fail(ERR_FUNCTION_NOT_ALLOWED), nullptr;
  const auto found = links.find(handle);
  if (found == links.end()) return fail(ERR_NETSOCKET_INVALIDHANDLE), nullptr;
  return &found->second;
}

void drop(Link &link) {
  if (link.file >= 0) close(link.file);
  link.file = -1;
  link.is_connected = false;
}

int broken(Link &link, int result) {
  drop(link);
  fail(ERR_NETSOCKET_IO_ERROR);
  return result;
}

/// Waits in the program's time for the file; false when the time is over.
bool wait_for(int file, short events, double timeout_ms) {
  const double until = clock_ms() + timeout_ms;
  for (;;) {
    pollfd wanted{file, events, 0};
    const double left = real_ms_until(until);
    if (poll(&wanted, 1, static_cast<int>(std::min(left, MAX_NAP_MS)) + (left > 0 ? 1 : 0)) > 0) return true;
    if (left <= 0) return false;
  }
}

/// Whether the other side closed, and all that it sent has been read.
bool is_at_end(const Link &link) {
  char byte = 0;
  const ssize_t got = recv(link.file, &byte, 1, MSG_PEEK);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
}

/// Plain calls on an encrypted link, and the other way round, would garble it.
void demand_kind(const Link &link, bool is_tls) {
  if (link.is_tls != is_tls) strict_fault(is_tls ? "a TLS call on a plain socket" : "a plain call on a socket that speaks TLS");
}

/// An expert that asks for more than is there may stand still until the time-out. One byte may be a phantom; a script may
/// try what happens.
void refuse_greed(const Link &link, uint asked) {
  int waiting = 0;
  const bool is_expert = &mql_program != nullptr && mql_program.kind == Kind::expert;
  if (!is_expert || ioctl(link.file, FIONREAD, &waiting) != 0) return;
  if (asked > static_cast<uint>(std::max(1, waiting))) strict_fault("SocketRead of more than is there");
}

bool is_allowed(const std::string &host) {
  std::istringstream list(setting("MQL_ALLOWED_HOSTS", "127.0.0.1,localhost"));
  for (std::string entry; std::getline(list, entry, ',');) if (entry == host) return true;
  return false;
}

int connected_file(const std::string &host, uint port, double timeout_ms) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo *found = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return -1;
  int file = -1;
  for (const addrinfo *at = found; at != nullptr && file < 0; at = at->ai_next) {
    file = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    // As much as Windows holds by itself: a peer that does not read is felt soon.
    setsockopt(file, SOL_SOCKET, SO_SNDBUF, &SEND_BUFFER_BYTES, sizeof SEND_BUFFER_BYTES);
    int error = connect(file, at->ai_addr, at->ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS && wait_for(file, POLLOUT, timeout_ms)) {
      socklen_t size = sizeof error;
      getsockopt(file, SOL_SOCKET, SO_ERROR, &error, &size);
    }
    if (error != 0) close(file), file = -1;
  }
  freeaddrinfo(found);
  return file;
}

/// Puts what came into the array. Its size afterwards tells nothing: it may be that of the request.
void deliver(const uchar *bytes, int count, Array<uchar> &buffer, int asked) {
  const int size = choice("a read leaves the array as large as asked") ? asked : count;
  if (!buffer.state.is_fixed && buffer.size() < size) ArrayResize(buffer, size);
  if (buffer.size() < count) critical("a fixed array is too small for what was read", count, buffer.size());
  for (int i = 0; i < count; i++) buffer[i] = bytes[i];
}

int send_bytes(int socket, const Array<uchar> &buffer, uint buffer_len, bool is_tls) {
  Link *link = link_of(socket);
  if (link == nullptr) return -1;
  if (!link->is_connected) return fail(ERR_NETSOCKET_IO_ERROR), -1;
  demand_kind(*link, is_tls);
  if (static_cast<long>(buffer_len) > buffer.size()) critical("a send of more than the array has", buffer_len, buffer.size());
  if (link->connected_in_event == event && choice("no send in the call that connected", 0.3)) return broken(*link, -1);
  std::size_t length = buffer_len;
  const bool cuts = cut_from_bytes > 0 && length >= static_cast<std::size_t>(cut_from_bytes);
  if (cuts) length /= 2;
  else if (length > 0 && choice("sends are short", 0.6) && dice.chance(0.3)) {
    length = static_cast<std::size_t>(dice.between(dice.chance(0.2) ? 0 : 1, static_cast<long>(length)));
  }
  if (length == 0) return 0;
  ssize_t sent = send(link->file, buffer.data(), length, MSG_NOSIGNAL);
  if (sent < 0 && errno == EAGAIN) {
    // A blocking socket: the program stands still until there is room.
    if (!wait_for(link->file, POLLOUT, link->send_timeout_ms)) return fail(ERR_NETSOCKET_IO_ERROR), -1;
    sent = send(link->file, buffer.data(), length, MSG_NOSIGNAL);
  }
  if (sent < 0) return broken(*link, -1);
  if (cuts) {
    cut_from_bytes = 0;
    shutdown(link->file, SHUT_RDWR);
    tell("cut", "\"sent\":" + std::to_string(sent) + ",\"of\":" + std::to_string(buffer_len));
  }
  return static_cast<int>(sent);
}

}  // namespace

namespace run {

int open_sockets() { return static_cast<int>(links.size()); }
void begin_event() { event++; }
void cut_at_send(int least_bytes) { cut_from_bytes = least_bytes; }
void cut_links() {
  for (auto &[handle, link] : links) if (link.file >= 0) shutdown(link.file, SHUT_RDWR);
}

}  // namespace run

int SocketCreate(uint) {
  if (context().is_indicator) return fail(ERR_FUNCTION_NOT_ALLOWED), INVALID_HANDLE;
  if (open_sockets() >= MOST_SOCKETS) return fail(ERR_NETSOCKET_TOO_MANY_OPENED), INVALID_HANDLE;
  // 0 may be a handle: only INVALID_HANDLE is none.
  const int handle = choice("handles begin at 0") ? last_handle++ : ++last_handle;
  links[handle] = Link{};
  return handle;
}

bool SocketClose(const int socket) {
  Link *link = link_of(socket);
  if (link == nullptr) return false;
  if (link->is_connected) tell("closed");
  drop(*link);
  links.erase(socket);
  return true;
}

bool SocketConnect(int socket, const string &server, uint port, uint timeout_receive_ms) {
  Link *link = link_of(socket);
  if (link == nullptr) return false;
  const std::string host = to_utf8(server);
  const int refusal = choice("a host that is not allowed gives 4014") ? ERR_FUNCTION_NOT_ALLOWED : ERR_NETSOCKET_CANNOT_CONNECT;
  if (!is_allowed(host)) return fail(refusal), false;
  link->file = connected_file(host, port, timeout_receive_ms);
  if (link->file < 0) return fail(ERR_NETSOCKET_CANNOT_CONNECT), false;
  link->is_connected = true;
  link->connected_in_event = event;
  tell("connected");
  return true;
}

bool SocketIsConnected(const int socket) {
  Link *link = link_of(socket);
  if (link == nullptr || !link->is_connected) return false;
  // A closed connection shows here or as readable; which of the two is not written.
  if (!choice("the end of a connection is readable") && is_at_end(*link)) drop(*link);
  return link->is_connected;
}

uint SocketIsReadable(const int socket) {
  Link *link = link_of(socket);
  if (link == nullptr) return 0;
  if (!link->is_connected) return fail(ERR_NETSOCKET_IO_ERROR), 0;
  int waiting = 0;
  if (ioctl(link->file, FIONREAD, &waiting) != 0) return 0;
  if (waiting > 0) return static_cast<uint>(waiting);
  if (is_at_end(*link)) return choice("the end of a connection is readable") ? 1 : 0;
  // Speculative: nothing is there.
  const bool is_first = !std::exchange(link->was_read, true);
  return is_first || (choice("phantom bytes go on") && dice.chance(0.05)) ? 1 : 0;
}

bool SocketIsWritable(const int socket) {
  const Link *link = link_of(socket);
  if (link == nullptr || !link->is_connected) return false;
  pollfd wanted{link->file, POLLOUT, 0};
  return poll(&wanted, 1, 0) > 0 && (wanted.revents & POLLOUT) != 0;
}

bool SocketTimeouts(int socket, uint timeout_send_ms, uint) {
  Link *link = link_of(socket);
  if (link == nullptr) return false;
  link->send_timeout_ms = timeout_send_ms;
  return link->is_connected;
}

int SocketRead(int socket, Array<uchar> &buffer, uint buffer_maxlen, uint timeout_ms) {
  const int nothing = choice("a read without bytes gives -1") ? -1 : 0;
  Link *link = link_of(socket);
  if (link == nullptr) return nothing;
  if (!link->is_connected) return fail(ERR_NETSOCKET_IO_ERROR), nothing;
  if (buffer_maxlen == 0 || buffer_maxlen > static_cast<uint>(INT_MAX)) return fail(4003), nothing;
  demand_kind(*link, false);
  link->was_read = true;
  refuse_greed(*link, buffer_maxlen);
  const bool waits_for_all = choice("a read waits for all that it asked for");
  const double until = clock_ms() + (timeout_ms == 0 ? LONGEST_READ_MS : timeout_ms);
  std::string bytes(buffer_maxlen, '\0');
  std::size_t count = 0;
  while (count == 0 || (waits_for_all && count < bytes.size())) {
    const ssize_t got = recv(link->file, bytes.data() + count, bytes.size() - count, 0);
    if (got > 0) { count += static_cast<std::size_t>(got); continue; }
    const bool is_over = got == 0 || (errno != EAGAIN && errno != EINTR);
    if (is_over && count == 0) return broken(*link, nothing);
    if (is_over || !wait_for(link->file, POLLIN, until - clock_ms())) break;
  }
  if (count == 0) {
    // A time-out is no broken link, but it may look like one.
    if (choice("a read that times out sets 5273")) fail(ERR_NETSOCKET_IO_ERROR);
    return nothing;
  }
  deliver(reinterpret_cast<const uchar *>(bytes.data()), static_cast<int>(count), buffer, static_cast<int>(buffer_maxlen));
  // The book's own socket code expects it: the read that meets the end says -1, and its bytes are good.
  if (is_at_end(*link) && choice("the last read of a connection fails and brings its bytes")) return broken(*link, -1);
  return static_cast<int>(count);
}

int SocketSend(int socket, const Array<uchar> &buffer, uint buffer_len) { return send_bytes(socket, buffer, buffer_len, false); }

/// Nothing is encrypted here: with MQL_TLS=plain every handshake succeeds and the bytes go as they are, to try which calls a
/// program makes; otherwise every one fails, as with a server whose certificate is not trusted.
bool SocketTlsHandshake(int socket, const string &host) {
  Link *link = link_of(socket);
  if (link == nullptr) return false;
  if (!link->is_connected || link->is_tls || StringLen(host) == 0 || setting("MQL_TLS") != "plain") {
    return fail(ERR_NETSOCKET_HANDSHAKE_FAILED), false;
  }
  return link->is_tls = true;
}

int SocketTlsReadAvailable(int socket, Array<uchar> &buffer, const uint buffer_maxlen) {
  const int nothing = choice("a TLS read without bytes gives -1") ? -1 : 0;
  Link *link = link_of(socket);
  if (link == nullptr) return nothing;
  if (!link->is_connected) return fail(ERR_NETSOCKET_IO_ERROR), nothing;
  if (buffer_maxlen == 0 || buffer_maxlen > static_cast<uint>(INT_MAX)) return fail(4003), nothing;
  demand_kind(*link, true);
  link->was_read = true;
  std::string bytes(std::min(buffer_maxlen, TLS_RECORD_BYTES), '\0');
  const ssize_t got = recv(link->file, bytes.data(), bytes.size(), 0);
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return broken(*link, nothing);
  if (got < 0) return nothing;
  deliver(reinterpret_cast<const uchar *>(bytes.data()), static_cast<int>(got), buffer, static_cast<int>(bytes.size()));
  return static_cast<int>(got);
}

int SocketTlsSend(int socket, const Array<uchar> &buffer, const uint buffer_len) { return send_bytes(socket, buffer, buffer_len, true); }

// A read that waits, and certificates: no program here uses them.
int SocketTlsRead(int, Array<uchar> &, const uint) { return fail(ERR_NETSOCKET_IO_ERROR), -1; }
bool SocketTlsCertificate(int, string &, string &, string &, string &, datetime &) {
  return fail(ERR_NETSOCKET_NO_CERTIFICATE), false;
}

}  // namespace mql
