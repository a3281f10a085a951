"""One session, from the WELCOME to its end: heartbeats, requests, pushes. Single-threaded, like the package."""

from collections import deque

from . import wire
from .answers import Answers
from .link import LinkError
from .pusher import INTERVAL, Pusher
from .terminal import TerminalError, TerminalLost

DEAD_AFTER_BEATS = 3
#: Heartbeats that repeat a value that cannot be read: one failed call is no change of account.
BELIEVED_BEATS = 3
MAX_QUEUE = 1000
#: Bulk requests wait while more is unsent, bytes.
HIGH_WATER = 512 * 1024
BUSY_MS = 60_000
#: Clocks that differ by more lead to wrong offsets, milliseconds.
SKEW_MS = 5000


class Session:
    def __init__(self, link, terminal, history, server_time, clock, log):
        self._link = link
        self._terminal = terminal
        self._server_time = server_time
        self._clock = clock
        self._log = log
        self._pusher = Pusher(terminal, history, server_time)
        self._answers = Answers(terminal, history, self._pusher)
        #: Waiting requests, and running ones.
        self._waiting: deque = deque()
        self._working: deque = deque()
        self._next_beat = self._next_poll = clock.monotonic()
        self._told_skew = False
        #: Values of the last successful heartbeat, and the number of failed ones since.
        self._seen: dict = {"state": None, "login": 0}
        self._missed = {"state": 0, "login": 0}
        self._tick_told = 0

    def run(self, must_stop) -> None:
        """Returns when `must_stop()`; raises LinkError when the connection ends, TerminalLost when the terminal does."""
        while not must_stop():
            self.turn()
        self._link.send(wire.goaway_frame("shutting-down", "the bridge stops"))
        self._link.flush(1.0)

    def turn(self) -> None:
        """One round: heartbeat, received frames, live bars, one piece of work."""
        self._beat()
        idle = not self._waiting and not self._working
        try:
            for frame in self._link.pump(0.02 if idle else 0.0):
                self._receive(*frame)
        except wire.ProtocolError as error:
            self._link.send(wire.goaway_frame("protocol-error", str(error)))
            self._link.flush(0.5)
            raise LinkError(f"the gateway broke the protocol: {error}") from error
        now = self._clock.monotonic()
        silence = now - self._link.last_received
        if silence > DEAD_AFTER_BEATS * self._link.heartbeat_seconds:
            raise LinkError(f"the gateway was silent for {silence:.1f} s")
        if now >= self._next_poll:
            self._next_poll = now + INTERVAL
            frames = self._pusher.poll()
            if not self._server_time.is_known and self._server_time.last_tick_ms > self._tick_told:
                # The gateway knows the time only by ticks and refuses a bar that opens after it.
                self._next_beat = now
                self._beat()
            self._link.send(*frames)
        self._work()

    def _beat(self) -> None:
        now = self._clock.monotonic()
        if now < self._next_beat:
            return
        # A little more often than requested, so that a slow call is not taken for a fault.
        self._next_beat = now + 0.8 * self._link.heartbeat_seconds
        state = self._terminal.state()
        if state is None and self._terminal.last_error in (-10001, -10002, -10003, -10004):
            raise TerminalLost("terminal-failure", self._terminal.last_error, "the terminal is gone")
        login, state = self._kept("login", self._login()), self._kept("state", state)
        self._tick_told = self._server_time.last_tick_ms
        payload = (
            wire.c64(self._server_time.now_ms()) + wire.f64(self._server_time.rate)
            + wire.i32(self._server_time.offset_seconds) + wire.boolean(bool(state and state.connected))
            + wire.u32(state.ping_last if state else 0) + wire.u32(0)
            + wire.u32(len(self._waiting) + len(self._working)) + wire.c64(self._server_time.last_tick_ms)
            + wire.i32(min(self._terminal.last_error, 0)) + wire.c64(login or 0)
        )
        self._terminal.last_error = 0
        self._link.send(wire.frame(wire.HEARTBEAT, payload))
        self._link.flush(0.0)

    def _login(self):
        """The account now; None when it cannot be read."""
        try:
            return self._terminal.account().login
        except TerminalLost:
            raise
        except TerminalError as error:
            self._terminal.last_error = error.terminal_code
            return None

    def _kept(self, name: str, value):
        """The value just read; after a failed call the previous one, for a few heartbeats."""
        if value is not None:
            self._seen[name], self._missed[name] = value, 0
        else:
            self._missed[name] += 1
        return self._seen[name] if self._missed[name] < BELIEVED_BEATS else None

    def _receive(self, number: int, request_id: int, payload: bytes) -> None:
        if number == wire.GOAWAY and request_id == 0:
            reason, message, retry_after_ms = wire.read_farewell(payload, wire.GOAWAY_REASONS)
            raise LinkError(f"sent away: {reason}: {message}", retry_after_ms / 1000, reason)
        if number == wire.GATEWAY_HEARTBEAT and request_id == 0:
            return self._compare_clocks(payload)
        if number >= wire.FIRST_EXTENSION:
            return None
        if request_id == 0:
            raise wire.ProtocolError(f"message 0x{number:04x} is not expected here")
        self._take(number, request_id, payload)

    def _take(self, number: int, request_id: int, payload: bytes) -> None:
        try:
            fields = wire.read_request(number, payload)
        except KeyError:
            return self._refuse(request_id, "unknown-request", f"there is no request 0x{number:04x}")
        except wire.ProtocolError as error:
            return self._refuse(request_id, "malformed-request", str(error))
        if len(self._waiting) >= MAX_QUEUE:
            return self._refuse(request_id, "busy", f"{MAX_QUEUE} requests wait already", 1000)
        # The gateway probes with the account, so it does not queue behind long answers.
        if number == wire.ACCOUNT:
            self._waiting.appendleft((number, request_id, fields))
        else:
            self._waiting.append((number, request_id, fields))

    def _work(self) -> None:
        """Begins one request, or continues one for a slice."""
        if self._waiting:
            number, request_id, fields = self._waiting.popleft()
            if self._answers.may_block(number, fields):
                self._step_announced(request_id, self._answers.work(number, request_id, fields))
            else:
                self._step(request_id, self._answers.work(number, request_id, fields))
        elif self._working and self._link.unsent < HIGH_WATER:
            self._step(*self._working.popleft())

    def _step_announced(self, request_id: int, job) -> None:
        """Announces the first call for a series, which may block, so that the gateway tolerates the silence."""
        self._link.send(wire.frame(wire.BUSY, wire.u32(BUSY_MS)))
        self._link.flush(0.2)
        try:
            self._step(request_id, job)
        finally:
            self._link.send(wire.frame(wire.BUSY, wire.u32(0)))

    def _step(self, request_id: int, job) -> None:
        try:
            self._link.send(*next(job))
            self._working.append((request_id, job))
        except StopIteration:
            return
        except TerminalError as error:
            message, retry = error.message, error.retry_after_ms
            self._terminal.last_error = error.terminal_code
            self._link.send(wire.error_frame(request_id, error.code, error.terminal_code, message, retry))
            if isinstance(error, TerminalLost):
                self._link.flush(0.5)
                raise

    def _refuse(self, request_id: int, code: str, message: str, retry_after_ms: int = 0) -> None:
        self._link.send(wire.error_frame(request_id, code, 0, message, retry_after_ms))

    def _compare_clocks(self, payload: bytes) -> None:
        reader = wire.Reader(payload)
        skew_ms = self._clock.now_ms() - reader.c64()
        reader.end()
        if abs(skew_ms) > SKEW_MS and not self._told_skew and self._clock.rate == 1:
            self._told_skew = True
            self._log(f"this host's clock is {skew_ms / 1000:.0f} s off the gateway's: set it (NTP), or times will be wrong")
