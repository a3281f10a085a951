"""Time: the host's, the server's, and the pauses between dials."""

import time

QUARTER_HOUR_MS = 900_000
# Ticks of a quiet minute are this old at most; an older one says nothing about the offset.
FRESH_MS = 60_000
MAX_OFFSET_MS = 14 * 3_600_000
#: The protocol's mark of an unknown offset: a whole day, which no time zone has.
UNKNOWN_OFFSET_SECONDS = 86_400


class HostClock:
    """The host's clocks; tests replace them by a faster one."""

    #: Seconds of this clock per real second.
    rate = 1.0

    def now_ms(self) -> int:
        return int(time.time() * 1000)

    def monotonic(self) -> float:
        return time.monotonic()


class ServerTime:
    """The broker's wall clock, which the package does not give.

    Ticks carry the server's time. A tick that has just come is as old as its way, so server time minus UTC is the tick's
    time minus the host's, rounded to a quarter of an hour. A tick counts as fresh when it was seen to change. Two fresh
    ticks must agree before a known offset is replaced (summer time, a corrected host clock).

    Until an offset is known, server time is that of the newest tick and stands still in between.
    """

    def __init__(self, clock, configured_seconds=None):
        self._clock = clock
        self._offset_ms = None if configured_seconds is None else configured_seconds * 1000
        self._is_fixed = configured_seconds is not None
        self._candidate_ms = None
        self.last_tick_ms = 0

    @property
    def is_known(self) -> bool:
        return self._offset_ms is not None

    @property
    def offset_seconds(self) -> int:
        """Server time minus UTC, as the protocol sends it."""
        return UNKNOWN_OFFSET_SECONDS if self._offset_ms is None else self._offset_ms // 1000

    @property
    def rate(self) -> float:
        """Server seconds per real second; 0 while the time is only known from tick to tick."""
        return self._clock.rate if self.is_known else 0.0

    def now_ms(self) -> int:
        """Never behind a seen tick, so that bars up to now are not taken for the future."""
        if self._offset_ms is None:
            return self.last_tick_ms or self._clock.now_ms()
        return max(self._clock.now_ms() + self._offset_ms, self.last_tick_ms)

    def observe(self, tick_ms: int) -> None:
        """Call it for a tick that was read; it may be an old one."""
        if tick_ms <= self.last_tick_ms:
            return
        was_watching = self.last_tick_ms > 0
        self.last_tick_ms = tick_ms
        if self._is_fixed:
            return
        difference_ms = tick_ms - self._clock.now_ms()
        rounded_ms = round(difference_ms / QUARTER_HOUR_MS) * QUARTER_HOUR_MS
        is_plausible = abs(difference_ms - rounded_ms) <= FRESH_MS and abs(rounded_ms) <= MAX_OFFSET_MS
        if not is_plausible or rounded_ms == self._offset_ms:
            self._candidate_ms = None
            return
        if self._offset_ms is None or (was_watching and self._candidate_ms == rounded_ms):
            self._offset_ms = rounded_ms
        self._candidate_ms = rounded_ms


class Redial:
    """Pauses between dials: 1, 2, 4, 8, at most 15 s, each randomized by a fifth; short ones when the gateway restarts."""

    FIRST, MAX_PAUSE, JITTER, STEADY = 1.0, 15.0, 0.2, 60.0
    #: Quick attempts after the gateway announced its stop, half a minute in all; then the usual pauses begin.
    EAGER = 30

    def __init__(self, random, scale: float = 1.0):
        self._random = random
        self._scale = scale
        self._attempt = 0
        self._eager = 0

    def expect_back(self) -> None:
        """Call it when the gateway announced its stop and is expected back within seconds."""
        self._attempt = 0
        self._eager = self.EAGER

    def welcomed(self) -> None:
        """Call it when the gateway is back: the quick attempts end, so a later break meets the usual pauses."""
        self._eager = 0

    def session_lasted(self, seconds: float) -> None:
        if seconds * self._scale >= self.STEADY:
            self._attempt = 0

    def next_pause(self, asked_seconds: float) -> float:
        """Seconds until the next dial, never fewer than the gateway asked for."""
        if self._eager == self.EAGER:
            self._eager -= 1
            return max(self.FIRST * self._random.random() / self._scale, asked_seconds)
        plain = self.FIRST if self._eager > 0 else min(self.MAX_PAUSE, self.FIRST * 2 ** min(self._attempt, 10))
        if self._eager > 0:
            self._eager -= 1
        else:
            self._attempt += 1
        jittered = plain * (1 + self.JITTER * (2 * self._random.random() - 1))
        return max(min(self.MAX_PAUSE, jittered) / self._scale, asked_seconds)
