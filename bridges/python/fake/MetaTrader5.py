"""Behaves like the documented MetaTrader5 package; for tests only, its prices are made up.

What it copies of the real one: functions return None (or False) and leave a code in `last_error()`; the first call for
a series finds nothing, the second a part, later ones all; copying behind the end fails with -1; nothing works before
`initialize` (-10004) or after the pipe broke; account, terminal, symbols and ticks are named tuples; bars are records
that are read by field name. The real one returns a numpy array of records, this one a list of dicts: a bridge that
reads `row["time"]` understands both.
"""

import math
import os
from collections import namedtuple

from fakeclock import CLOCK

AccountInfo = namedtuple("AccountInfo", "login trade_mode leverage balance equity currency server name company")
TerminalInfo = namedtuple("TerminalInfo", "connected ping_last build maxbars path")
SymbolInfo = namedtuple(
    "SymbolInfo",
    "name description path digits point trade_contract_size currency_base currency_profit trade_mode select visible",
)
Tick = namedtuple("Tick", "time bid ask last volume time_msc flags volume_real")

#: Name of the broker server; a gateway wants to read in it that nothing is real.
_SERVER = os.environ.get("FAKE_MT5_SERVER", "Fake-Demo")
UTC_OFFSET = 7200
MAX_BARS = 20_000
#: Numbers of timeframes, in seconds.
_SECONDS = {
    **{n: n * 60 for n in (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)},
    **{16384 + n: n * 3600 for n in (1, 2, 3, 4, 6, 8, 12)},
    16408: 86400, 32769: 604800, 49153: 2592000,
}
_SYMBOLS = {"EURUSD": 5, "XAUUSD": 2, "BTCUSD.m": 2}
_BARS_OF_A_TICK = 4

_state = {"error": (1, "Success"), "up": False, "login": 0, "calls": {}, "selected": {"EURUSD", "XAUUSD"}, "ipc": 0}


def _fail(code, text, value=None):
    _state["error"] = (code, text)
    return value


def _done(value):
    _state["error"] = (1, "Success")
    return value


def _server_now():
    """Server time as the broker writes it, seconds; moves in quarters of a second as ticks do."""
    return math.floor((CLOCK.now_ms() / 1000 + UTC_OFFSET) * 4) / 4


def break_pipe(code=-10004):
    """Tests: the terminal has gone away."""
    _state["up"] = False
    _state["ipc"] = code


def initialize(path="", *, login=0, password="", server="", timeout=60000, portable=False):
    if os.environ.get("FAKE_MT5_START_ERROR"):
        return _fail(int(os.environ["FAKE_MT5_START_ERROR"]), "IPC timeout", False)
    if login and password != os.environ.get("FAKE_MT5_PASSWORD", "a password"):
        return _fail(-6, "Terminal: Authorization failed", False)
    _state.update(up=True, login=login or 5000005, ipc=0)
    return _done(True)


def login(login, password="", server="", timeout=60000):
    return initialize(login=login, password=password, server=server)


def shutdown():
    _state["up"] = False


def last_error():
    return _state["error"]


def _needs_terminal(function):
    def call(*arguments, **options):
        if not _state["up"]:
            return _fail(_state["ipc"] or -10004, "No IPC connection")
        return function(*arguments, **options)

    return call


@_needs_terminal
def version():
    return _done((500, 4755, "1 Mar 2025"))


@_needs_terminal
def account_info():
    return _done(AccountInfo(_state["login"], 0, 100, 1000.0, 1000.0, "USD", _SERVER, "Test", "Fake Ltd"))


@_needs_terminal
def terminal_info():
    return _done(TerminalInfo(True, 31_000, 4755, MAX_BARS, "C:\\MT5"))


def _symbol(name):
    digits, selected = _SYMBOLS[name], name in _state["selected"]
    base = (name, f"{name} description", f"Forex\\{name}", digits, 10.0**-digits, 100_000.0, name[:3], name[3:6], 4)
    return SymbolInfo(*base, selected, selected)


@_needs_terminal
def symbols_get(group="*"):
    return _done(tuple(_symbol(name) for name in _SYMBOLS))


@_needs_terminal
def symbol_info(name):
    return _done(_symbol(name)) if name in _SYMBOLS else _fail(-4, "Terminal: Not found")


@_needs_terminal
def symbol_select(name, enable=True):
    if name not in _SYMBOLS:
        return _fail(-1, "Terminal: Call failed", False)
    _state["selected"].add(name)
    return _done(True)


@_needs_terminal
def symbol_info_tick(name):
    if name not in _SYMBOLS:
        return _fail(-4, "Terminal: Not found")
    now = _server_now()
    price = _price(name, now)
    return _done(Tick(int(now), price, price, 0.0, 0, int(now * 1000), 6, 0.0))


def _price(name, seconds):
    wave = 1 + 0.01 * math.sin(seconds / 5000) + 0.001 * math.sin(seconds / 17)
    return round(wave * (10 + len(name)), _SYMBOLS[name])


def _bar(name, length, opened, now):
    last = min(opened + length - 0.25, now)
    prices = [_price(name, opened + (last - opened) * part / _BARS_OF_A_TICK) for part in range(_BARS_OF_A_TICK + 1)]
    return {
        "time": opened, "open": prices[0], "high": max(prices), "low": min(prices), "close": prices[-1],
        "tick_volume": int((last - opened) * 4) + 1, "spread": 3, "real_volume": 0,
    }


def _loaded(name, timeframe):
    """How many bars are there: none at the first call for a series, a part at the second, then all."""
    calls = _state["calls"][name, timeframe] = _state["calls"].get((name, timeframe), 0) + 1
    return {1: 0, 2: 30}.get(calls, MAX_BARS)


def _newest_open(length, now):
    origin = -4 * 86400 if length == 604800 else 0
    return int((now - origin) // length) * length + origin


@_needs_terminal
def copy_rates_from_pos(name, timeframe, start, count):
    if name not in _SYMBOLS or timeframe not in _SECONDS or start < 0 or count <= 0:
        return _fail(-2, "Terminal: Invalid params")
    available = _loaded(name, timeframe)
    if start >= available:
        return _fail(-1, "Terminal: Call failed")
    now, length = _server_now(), _SECONDS[timeframe]
    newest = _newest_open(length, now)
    end = min(start + count, available)
    return _done([_bar(name, length, newest - at * length, now) for at in range(end - 1, start - 1, -1)])


@_needs_terminal
def copy_rates_range(name, timeframe, first, last):
    if name not in _SYMBOLS or timeframe not in _SECONDS or first > last:
        return _fail(-2, "Terminal: Invalid params")
    available = _loaded(name, timeframe)
    if available == 0:
        return _fail(-1, "Terminal: Call failed")
    now, length = _server_now(), _SECONDS[timeframe]
    newest = _newest_open(length, now)
    opened = max(newest - (available - 1) * length, first + (newest - first) % length)
    return _done([_bar(name, length, at, now) for at in range(opened, min(newest, last) + 1, length)])
