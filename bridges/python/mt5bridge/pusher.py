"""Live bars: polls the subscribed series and pushes changes, numbered one by one."""

from . import timeframes, wire
from .terminal import TerminalError, TerminalLost

#: A series is pushed at most this often, seconds.
INTERVAL = 0.25
#: Bars read by one poll; longer pauses are read by range.
LAST_BARS = 3


class _Series:
    def __init__(self, next_open: int):
        self.sequence = 0
        #: Open of the oldest bar that is not pushed as closed yet.
        self.next_open = next_open
        self.forming = None


class Pusher:
    def __init__(self, terminal, history, server_time):
        self._terminal = terminal
        self._history = history
        self._server_time = server_time
        self._series: dict = {}
        self._ticks: dict = {}

    def subscribe(self, symbol: str, timeframe: str) -> int:
        """The number before the next push of this series. Raises TerminalError while history loads."""
        key = (symbol, timeframe)
        if key not in self._series:
            self._history.require(symbol, timeframe)
            newest = self._history.newest(symbol, timeframe, 1)
            self._series[key] = _Series(newest[-1][0] if newest else 0)
            # The first poll must read bars although there was no tick since.
            self._ticks.pop(symbol, None)
        return self._series[key].sequence

    def unsubscribe(self, symbol: str, timeframe: str) -> None:
        self._series.pop((symbol, timeframe), None)

    def poll(self) -> list:
        """BAR frames of all changes. Raises TerminalLost; the next poll retries after other failures."""
        frames: list = []
        for symbol in {symbol for symbol, _ in self._series}:
            try:
                if not self._has_ticked(symbol):
                    continue
                for key in [key for key in self._series if key[0] == symbol]:
                    frames += self._advance(key)
            except TerminalLost:
                raise
            except TerminalError as error:
                # Read again next time although there may be no other tick.
                self._ticks.pop(symbol, None)
                self._terminal.last_error = error.terminal_code
        return frames

    def _has_ticked(self, symbol: str) -> bool:
        """One cheap call a symbol, so that quiet symbols cost no calls for bars."""
        tick_ms = self._terminal.tick_ms(symbol)
        self._server_time.observe(tick_ms)
        if self._ticks.get(symbol) == tick_ms:
            return False
        self._ticks[symbol] = tick_ms
        return True

    def _advance(self, key: tuple) -> list:
        symbol, timeframe = key
        series = self._series[key]
        bars = self._history.newest(symbol, timeframe, LAST_BARS)
        if not bars:
            return []
        forming = bars[-1]
        if series.next_open and bars[0][0] > series.next_open:
            number = timeframes.number_of(timeframe)
            bars = self._terminal.rates_between(symbol, number, series.next_open, forming[0] - 1) + [forming]
        closed = [bar for bar in bars if series.next_open <= bar[0] < forming[0]]
        if forming[0] < series.next_open or (not closed and forming == series.forming):
            return []
        series.next_open = forming[0]
        series.forming = forming
        frames = []
        for part, more in wire.chunks(closed, wire.ROWS_PER_CHUNK):
            series.sequence = (series.sequence + 1) & 0xFFFFFFFF
            frames.append(wire.bar_frame(key, series.sequence, None if more else forming, part))
        return frames
