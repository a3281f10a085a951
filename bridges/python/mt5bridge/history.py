"""Bars by count and by range: all of them or `history-loading`, never a part of a loading history.

The package does not say whether a series is synchronized (SERIES_SYNCHRONIZED is for MQL5 only). Its first call starts
the loading and returns what is there: nothing, a part, or bars that end long ago. So a short answer is believed only
when it came a second time, at least a second later, with the same end.
"""

from . import timeframes
from .terminal import NoBars, TerminalError
from .wire import MAX_ROWS

SLICE = 5000
SETTLE_SECONDS = 1.0
#: A series without bars for this long has none, seconds.
LOADING_SECONDS = 45.0
RETRY_MS = 1000

FIRST_CALL = "first call"


class History:
    """Bars are tuples in the order of MqlRates; the first member is the time."""

    def __init__(self, terminal, server_time, clock):
        self._terminal = terminal
        self._server_time = server_time
        self._clock = clock
        #: What a short answer ended at, and when that was seen first, by question.
        self._short: dict = {}
        #: Series that gave bars up to now, with the oldest bar that is known to be there.
        self._oldest: dict = {}
        #: The very first bar, where it was reached.
        self._start: dict = {}
        #: Number of positions that had bars, by series.
        self._reach: dict = {}
        #: Since when calls for a known series have failed, by series and kind of call.
        self._failing: dict = {}

    def is_known(self, symbol: str, timeframe: str) -> bool:
        """Whether a call for this series is not the first one, which may block."""
        return (symbol, timeframe) in self._oldest

    def by_count(self, symbol: str, timeframe: str, start: int, count: int):
        """Yields between slices; returns (bars, last_forming, reaches_start). Raises TerminalError."""
        series = (symbol, timeframe)
        number = timeframes.number_of(timeframe)
        self._require_newest(series, number)
        bars: list = []
        at, end = start, start + count
        while at < end:
            wanted = min(SLICE, end - at)
            part = self._part(series, number, at, wanted, is_first=at == start)
            # A bar that opened meanwhile moves all positions by one: the same bar comes twice, none is left out.
            bars = [bar for bar in part if not bars or bar[0] < bars[0][0]] + bars
            at += wanted
            if len(part) < wanted:
                break
            if at < end:
                yield
        bars = _clean(bars)[-count:]
        if start == 0 and not bars:
            # There was a newest bar a moment ago.
            self._fail((series, "position"), NoBars("history-loading", 0, f"{symbol} {timeframe}: no bars came", RETRY_MS))
        self._failing.pop((series, "position"), None)
        self._reach[series] = max(self._reach.get(series, 1), start + len(bars) if bars else 0)
        is_short = len(bars) < count
        if is_short:
            self._settle(series, (start, count if not bars else 0), bars[0][0] if bars else 0)
        if start == 0 and bars:
            self._oldest[series] = min(self._oldest.get(series, bars[0][0]), bars[0][0])
        if is_short and bars:
            self._start[series] = bars[0][0]
        reaches_start = is_short or self._start.get(series) == bars[0][0]
        return bars, start == 0 and self._is_forming(timeframe, bars), reaches_start

    def by_range(self, symbol: str, timeframe: str, start: int, end: int):
        """Bars that open in [start, end), the newest 100,000 at most; otherwise as `by_count`."""
        series = (symbol, timeframe)
        number = timeframes.number_of(timeframe)
        newest = self._require_newest(series, number)
        bars: list = []
        # The package includes the end; nothing opens behind the newest bar.
        last = min(end - 1, newest)
        length = SLICE * timeframes.seconds_of(timeframe)
        lowest = max(start, self._start.get(series, start))
        while last >= lowest and len(bars) < MAX_ROWS:
            first = max(lowest, last - length + 1)
            bars = self._slice(series, number, first, last, newest) + bars
            last = first - 1
            # Weekends, and ranges from the year 1970 on: empty slices cost calls, so they grow.
            length = min(length * 2, 10**10)
            if last >= lowest:
                yield
        bars = _clean([bar for bar in bars if start <= bar[0] < end])[-MAX_ROWS:]
        self._failing.pop((series, "range"), None)
        oldest = self._oldest.get(series)
        if start < end and start <= newest and (oldest is None or start < oldest) and series not in self._start:
            self._settle(series, ("range", start, end), bars[0][0] if bars else 0)
        first_bar = self._start.get(series)
        return bars, self._is_forming(timeframe, bars), first_bar is not None and start <= first_bar

    def _part(self, series: tuple, number: int, at: int, count: int, is_first: bool) -> list:
        """Bars by position; none only behind the end of history, which single bars around the position prove."""
        try:
            return self._terminal.rates_from_position(series[0], number, at, count)
        except NoBars as error:
            was_there = at < self._reach.get(series, 1)
            if was_there or self._has_bar(series, number, at) or not (is_first or self._has_bar(series, number, at - 1)):
                self._fail((series, "position"), error)
            return []

    def _has_bar(self, series: tuple, number: int, at: int) -> bool:
        try:
            return bool(self._terminal.rates_from_position(series[0], number, at, 1))
        except NoBars:
            return False

    def _slice(self, series: tuple, number: int, first: int, last: int, newest: int) -> list:
        """Bars by time; a failure is none only before all known bars, and while the same call works elsewhere."""
        symbol = series[0]
        try:
            return self._terminal.rates_between(symbol, number, first, last)
        except NoBars as error:
            if last >= self._oldest.get(series, newest):
                self._fail((series, "range"), error)
            try:
                self._terminal.rates_between(symbol, number, newest, newest)
            except NoBars:
                self._fail((series, "range"), error)
            return []

    def _fail(self, call: tuple, error: NoBars) -> None:
        """Raises `history-loading` for a while, and a failure of the terminal afterwards."""
        since = self._failing.setdefault(call, self._clock.monotonic())
        if self._clock.monotonic() - since < LOADING_SECONDS:
            raise error
        raise TerminalError("terminal-failure", error.terminal_code, error.message, 5000)

    def newest(self, symbol: str, timeframe: str, count: int) -> list:
        """The newest bars now, for pushes."""
        return _clean(self._terminal.rates_from_position(symbol, timeframes.number_of(timeframe), 0, count))

    def require(self, symbol: str, timeframe: str) -> None:
        """Raises `history-loading` until the series has bars up to now."""
        self._require_newest((symbol, timeframe), timeframes.number_of(timeframe))

    def _require_newest(self, series: tuple, number: int) -> int:
        """Open of the newest bar. Raises `history-loading` while there is none, or one that ended before the last tick."""
        symbol, timeframe = series
        was_known = series in self._oldest
        try:
            rows = self._terminal.rates_from_position(symbol, number, 0, 1)
        except NoBars as error:
            if was_known:
                self._fail((series, "newest"), error)
            rows = []
        if not rows:
            self._wait_for(series, "no bars yet")
        newest = rows[-1][0]
        tick = self._terminal.tick_ms(symbol) // 1000
        if not was_known and tick > newest + 2 * timeframes.seconds_of(timeframe):
            self._wait_for(series, "the newest bars are missing", is_fatal=False)
        self._oldest.setdefault(series, newest)
        self._short.pop((series, FIRST_CALL), None)
        self._failing.pop((series, "newest"), None)
        return newest

    def _wait_for(self, series: tuple, what: str, is_fatal: bool = True) -> None:
        _, since = self._short.setdefault((series, FIRST_CALL), (None, self._clock.monotonic()))
        symbol, timeframe = series
        if self._clock.monotonic() - since < LOADING_SECONDS:
            raise TerminalError("history-loading", 0, f"{symbol} {timeframe}: {what}; it is being loaded", RETRY_MS)
        if is_fatal:
            raise TerminalError("no-data", 0, f"{symbol} {timeframe}: the terminal has no bars of it", 60_000)

    def _settle(self, series: tuple, question: tuple, end: int) -> None:
        """Believes a short answer when it was the same a second ago. Raises `history-loading` before."""
        key, now = (series, question), self._clock.monotonic()
        known_end, since = self._short.get(key, (None, now))
        if known_end != end:
            self._short[key] = (end, now)
        elif now - since >= SETTLE_SECONDS:
            return
        if len(self._short) > 10_000:
            self._short.clear()
        symbol, timeframe = series
        message = f"{symbol} {timeframe}: fewer bars than were asked for; more may be on their way"
        raise TerminalError("history-loading", 0, message, RETRY_MS)

    def _is_forming(self, timeframe: str, bars: list) -> bool:
        return bool(bars) and self._server_time.now_ms() // 1000 < timeframes.bar_close(timeframe, bars[-1][0])


def _clean(bars: list) -> list:
    """Ascending and unique bars: the newest version of each counts."""
    by_time = {bar[0]: bar for bar in bars if bar[0] > 0}
    return [by_time[time] for time in sorted(by_time)]
