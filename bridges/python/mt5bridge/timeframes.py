"""MetaTrader's timeframes: the wire has names, the package has its own numbers."""

import datetime

MINUTE, HOUR, DAY = 60, 3600, 86400

# Name: (number for the package, length of a bar in seconds; of W1 and MN1 the usual one).
_TABLE = {
    **{f"M{n}": (n, n * MINUTE) for n in (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)},
    **{f"H{n}": (16384 + n, n * HOUR) for n in (1, 2, 3, 4, 6, 8, 12)},
    "D1": (16408, DAY),
    "W1": (32769, 7 * DAY),
    "MN1": (49153, 30 * DAY),
}


def is_timeframe(name: str) -> bool:
    return name in _TABLE


def number_of(name: str) -> int:
    return _TABLE[name][0]


def seconds_of(name: str) -> int:
    return _TABLE[name][1]


def bar_close(name: str, opened: int) -> int:
    """Server seconds at which the bar that opens at `opened` is over."""
    if name != "MN1":
        return opened + seconds_of(name)
    date = datetime.datetime.fromtimestamp(opened, datetime.timezone.utc)
    year, month = (date.year, date.month + 1) if date.month < 12 else (date.year + 1, 1)
    return int(datetime.datetime(year, month, 1, tzinfo=datetime.timezone.utc).timestamp())
