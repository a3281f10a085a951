"""The MetaTrader5 package behind typed errors. Nothing else of this bridge calls it."""

from . import wire

OK, FAILED, INVALID, NOT_FOUND, AUTHORIZATION, UNSUPPORTED = 1, -1, -2, -4, -6, -7
SEND, RECEIVE, INITIALIZE, NO_CONNECTION, TIMEOUT = -10001, -10002, -10003, -10004, -10005

# The pipe to the terminal is broken: every call fails until the terminal is initialized again.
_LOST = (SEND, RECEIVE, INITIALIZE, NO_CONNECTION)

_ADVICE = {
    NO_CONNECTION: "the terminal is gone or runs for another user; start it, and look at MT5_PATH",
    INITIALIZE: "the terminal could not be started; check MT5_PATH, and that no other program uses its folder",
    TIMEOUT: "the terminal did not answer in time; it may be starting, updating itself or showing a dialog",
    AUTHORIZATION: "the broker refused the account; look at login, password and server",
    INVALID: "the terminal refused the parameters",
    -5: "the terminal is too old for the package; update both",
}


class TerminalError(Exception):
    """A failed call, as the ERROR for the gateway."""

    def __init__(self, code: str, terminal_code: int, message: str, retry_after_ms: int = 0):
        super().__init__(message)
        self.code = code
        self.terminal_code = terminal_code
        self.message = message
        self.retry_after_ms = retry_after_ms


class NoBars(TerminalError):
    """A copy of bars failed in the way that also means "still loading" and "behind the end": the history tells which."""


class TerminalLost(TerminalError):
    """The connection between the package and the terminal is broken."""


def failure(code: int, what: str) -> TerminalError:
    """The ERROR of a request for an error of the package."""
    advice = _ADVICE.get(code, "MetaTrader's error")
    message = f"{what}: {advice} ({code})"
    if code in _LOST:
        return TerminalLost("terminal-failure", code, message, 5000)
    if code == TIMEOUT:
        return TerminalError("terminal-failure", code, message, 5000)
    if code == UNSUPPORTED:
        return TerminalError("not-supported", code, message)
    if code == INVALID:
        return TerminalError("bad-parameters", code, message)
    return TerminalError("terminal-failure", code, message, 1000)


class Terminal:
    """One terminal. Prices leave it as plain tuples of Python's own numbers."""

    def __init__(self, package, settings):
        self._package = package
        self._settings = settings
        #: Code of the newest failure since the last heartbeat; 0 = none.
        self.last_error = 0

    def start(self) -> None:
        """Starts the terminal, or finds the one that runs, and logs in. Raises TerminalError."""
        settings, package = self._settings, self._package
        options = {"timeout": settings.timeout_ms, "portable": settings.portable}
        if settings.login:
            options.update(login=settings.login, password=settings.password, server=settings.server)
        started = package.initialize(settings.path, **options) if settings.path else package.initialize(**options)
        if not started:
            raise self._failure("the terminal cannot be started")
        account = package.account_info()
        if settings.login and (account is None or account.login != settings.login):
            credentials = {"password": settings.password, "server": settings.server}
            if not package.login(settings.login, timeout=settings.timeout_ms, **credentials):
                raise self._failure("the login failed")
        if self.account().login == 0:
            raise TerminalError("terminal-failure", 0, "the terminal is not logged in to any account")

    def stop(self) -> None:
        self._package.shutdown()

    def account(self):
        return self._got(self._package.account_info(), "the account cannot be read")

    def state(self):
        """`terminal_info()`; None while the terminal cannot be reached, which a heartbeat has to survive."""
        info = self._package.terminal_info()
        if info is None:
            self.last_error = self._code()
        return info

    def build(self) -> int:
        version = self._package.version()
        return int(version[1]) if version else 0

    def symbols(self) -> list:
        found = self._package.symbols_get()
        if found is None or (not found and self._code() != OK):
            raise self._failure("the symbols cannot be read")
        return list(found)

    def symbol(self, name: str):
        """Properties of a symbol that the broker has, under exactly this name. Raises TerminalError."""
        info = self._package.symbol_info(name) if name else None
        if info is None or info.name != name:
            code = self._code() if info is None and name else OK
            if code not in (OK, NOT_FOUND) and not self._is_missing(name, code):
                raise failure(code, f"the symbol {name} cannot be read")
            raise TerminalError("unknown-symbol", code if code != OK else 0, f"the broker has no symbol {name}")
        # History and ticks of symbols outside the Market Watch come late or not at all.
        if not info.select and not self._package.symbol_select(name, True):
            raise self._failure(f"the symbol {name} cannot be put into the Market Watch")
        return info

    def _is_missing(self, name: str, code: int) -> bool:
        """Whether a call that failed without a reason did so because the broker has no such symbol."""
        return code in (FAILED, INVALID) and all(info.name != name for info in self.symbols())

    def tick_ms(self, name: str) -> int:
        """Server time of the symbol's newest tick, milliseconds; 0 = none yet."""
        tick = self._package.symbol_info_tick(name)
        if tick is not None:
            return int(tick.time_msc) or int(tick.time) * 1000
        code = self._code()
        if code not in (OK, NOT_FOUND):
            raise failure(code, f"the tick of {name} cannot be read")
        return 0

    def rates_from_position(self, name: str, timeframe: int, start: int, count: int) -> list:
        """Raises NoBars while history loads, behind the end of it, and when the call just failed."""
        return self._bars(self._package.copy_rates_from_pos(name, timeframe, start, count), name)

    def rates_between(self, name: str, timeframe: int, first: int, last: int) -> list:
        """Bars that open from `first` to `last`, both included. Raises NoBars as above."""
        return self._bars(self._package.copy_rates_range(name, timeframe, first, last), name)

    def _bars(self, rows, name: str) -> list:
        """The package gives a numpy array of records, or None. Rows are read by field, so any records will do."""
        if rows is None:
            code = self._code()
            if code == OK:
                return []
            if code in (FAILED, NOT_FOUND):
                message = f"the bars of {name} cannot be read: MetaTrader's error ({code})"
                raise NoBars("history-loading", code, message, 1000)
            raise failure(code, f"the bars of {name} cannot be read")
        return [Terminal._bar(row) for row in rows]

    @staticmethod
    def _bar(row) -> tuple:
        # int() and float() turn the scalars of numpy into plain numbers.
        return (
            int(row["time"]), float(row["open"]), float(row["high"]), float(row["low"]), float(row["close"]),
            int(row["tick_volume"]), int(row["spread"]), int(row["real_volume"]),
        )

    def _got(self, value, what: str):
        if value is None:
            raise self._failure(what)
        return value

    def _failure(self, what: str) -> TerminalError:
        return failure(self._code(), what)

    def _code(self) -> int:
        """The code of `last_error()`, which is (code, text); the text may quote a secret."""
        error = self._package.last_error()
        return int(error[0]) if error else 0


def symbol_entry(info) -> bytes:
    """A symbol entry of SYMBOL_LIST and SYMBOL_INFO."""
    # Trade modes: 0 disabled, 1 long only, 2 short only, 3 close only, 4 full.
    tradable = info.trade_mode in (1, 2, 4)
    return (
        wire.name(info.name) + wire.text(info.description) + wire.u8(min(max(int(info.digits), 0), 16))
        + wire.f64(info.trade_contract_size) + wire.name(info.currency_base) + wire.name(info.currency_profit)
        + wire.boolean(tradable)
    )
