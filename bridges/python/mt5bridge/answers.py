"""The answer to each request. Long answers are generators, so that heartbeats continue between their slices."""

from . import timeframes, wire
from .terminal import TerminalError, failure, symbol_entry

_TRADE_MODES = {0: 1, 1: 2, 2: 3}


class Answers:
    def __init__(self, terminal, history, pusher):
        self._terminal = terminal
        self._history = history
        self._pusher = pusher
        self._handlers = {
            wire.RATES_BY_COUNT: self._rates_by_count,
            wire.RATES_BY_RANGE: self._rates_by_range,
            wire.INDICATOR_BUFFERS: self._indicator,
            wire.ACCOUNT: self._account,
            wire.SYMBOLS: self._symbols,
            wire.SYMBOL: self._symbol,
            wire.SUBSCRIBE: self._subscribe,
            wire.UNSUBSCRIBE: self._unsubscribe,
            wire.RESTART: self._restart,
        }

    def work(self, number: int, request_id: int, fields: tuple):
        """Yields lists of frames, empty ones between slices. Raises TerminalError."""
        return self._handlers[number](request_id, *fields)

    def may_block(self, number: int, fields: tuple) -> bool:
        """Whether the call is the first one for its series: the terminal may load for a long time."""
        asks_for_bars = number in (wire.RATES_BY_COUNT, wire.RATES_BY_RANGE, wire.SUBSCRIBE)
        return asks_for_bars and timeframes.is_timeframe(fields[1]) and not self._history.is_known(*fields[:2])

    def _rates_by_count(self, request_id, symbol, timeframe, start, count):
        self._check(symbol, timeframe)
        yield from self._rates(request_id, self._history.by_count(symbol, timeframe, start, count))

    def _rates_by_range(self, request_id, symbol, timeframe, start, end):
        self._check(symbol, timeframe)
        yield from self._rates(request_id, self._history.by_range(symbol, timeframe, start, end))

    @staticmethod
    def _rates(request_id, slices):
        while True:
            try:
                next(slices)
            except StopIteration as done:
                bars, last_forming, reaches_start = done.value
                yield wire.rates_frames(request_id, bars, last_forming, reaches_start)
                return
            yield []

    def _indicator(self, request_id):
        message = "the MetaTrader5 package has no indicator calls; indicators need the Expert Advisor"
        raise TerminalError("not-supported", 0, message)
        yield

    def _account(self, request_id):
        account = self._terminal.account()
        state = self._terminal.state()
        if state is None:
            raise failure(self._terminal.last_error, "the state of the terminal cannot be read")
        payload = (
            wire.c64(account.login) + wire.name(account.server) + wire.name(account.company)
            + wire.name(account.name) + wire.name(account.currency)
            + wire.u8(_TRADE_MODES.get(int(account.trade_mode), 3)) + wire.u32(account.leverage)
            + wire.f64(account.balance) + wire.f64(account.equity)
            + wire.boolean(bool(state.connected))
        )
        yield [wire.frame(wire.ACCOUNT_INFO, payload, request_id)]

    def _symbols(self, request_id):
        entries = [symbol_entry(info) for info in self._terminal.symbols()]
        yield [
            wire.frame(wire.SYMBOL_LIST, wire.u16(len(part)) + b"".join(part), request_id, more)
            for part, more in wire.chunks(entries, wire.SYMBOLS_PER_CHUNK)
        ]

    def _symbol(self, request_id, symbol):
        info = self._terminal.symbol(symbol)
        # The package knows neither quote sessions nor the beginning of history.
        no_sessions, no_earliest = wire.u16(0), wire.u8(0)
        payload = symbol_entry(info) + wire.text(info.path) + wire.f64(info.point) + no_sessions + no_earliest
        yield [wire.frame(wire.SYMBOL_INFO, payload, request_id)]

    def _subscribe(self, request_id, symbol, timeframe):
        self._check(symbol, timeframe)
        yield [wire.frame(wire.SUBSCRIBED, wire.u32(self._pusher.subscribe(symbol, timeframe)), request_id)]

    def _unsubscribe(self, request_id, symbol, timeframe):
        self._pusher.unsubscribe(symbol, timeframe)
        yield [wire.frame(wire.OK, b"", request_id)]

    def _restart(self, request_id):
        raise TerminalError("not-supported", 0, "this bridge cannot restart its terminal")
        yield

    def _check(self, symbol: str, timeframe: str) -> None:
        self._terminal.symbol(symbol)
        if not timeframes.is_timeframe(timeframe):
            raise TerminalError("unknown-timeframe", 0, f"MetaTrader has no timeframe {timeframe}")
