"""Bytes of the bridge protocol, version 1 (docs/bridge-protocol.md). Knows no socket and no terminal."""

import hashlib
import hmac
import math
import struct

MAGIC = b"MT5G"
VERSION = 1
PREAMBLE = MAGIC + bytes([VERSION, VERSION, 0, 0])
HEADER = struct.Struct("<IHHI")
RATE = struct.Struct("<qddddqiq")
HANDSHAKE_FRAME_BYTES = 4096
NAME_BYTES, TEXT_BYTES = 128, 1024
ROWS_PER_CHUNK, SYMBOLS_PER_CHUNK, MAX_ROWS = 1000, 40, 100_000
MORE = 1
SAFE = 2**53 - 1

CHALLENGE, HELLO, WELCOME, REJECT = 0x01, 0x02, 0x03, 0x04
HEARTBEAT, GATEWAY_HEARTBEAT, BUSY, GOAWAY = 0x10, 0x11, 0x12, 0x13
RATES_BY_COUNT, RATES_BY_RANGE, INDICATOR_BUFFERS, ACCOUNT = 0x20, 0x21, 0x22, 0x23
SYMBOLS, SYMBOL, SUBSCRIBE, UNSUBSCRIBE, RESTART = 0x24, 0x25, 0x26, 0x27, 0x28
RATES, ACCOUNT_INFO, SYMBOL_LIST, SYMBOL_INFO = 0x40, 0x42, 0x43, 0x44
SUBSCRIBED, OK, ERROR, BAR = 0x45, 0x46, 0x4F, 0x60
FIRST_EXTENSION = 0x8000

CAPABILITY_PUSH, CAPABILITY_SIMULATED = 2, 8
GOAWAY_REASONS = ("superseded", "shutting-down", "draining", "reconnect", "protocol-error", "idle")
REJECT_REASONS = (
    "protocol-version", "unknown-terminal", "wrong-key", "wrong-login", "wrong-server",
    "simulator-not-allowed", "malformed", "too-many-failures", "too-many-connections", "handshake-timeout",
)
ERROR_CODES = (
    "unknown-request", "malformed-request", "unknown-symbol", "unknown-timeframe", "unknown-indicator",
    "bad-parameters", "unknown-buffer", "history-loading", "indicator-loading", "no-data",
    "not-supported", "busy", "terminal-failure",
)
_PARAMETER_SIZES = {1: 4, 2: 8, 3: 8, 4: 4, 5: 8}


class ProtocolError(Exception):
    """The gateway violated the protocol."""


class Reader:
    """Reads an untrusted payload from front to back."""

    def __init__(self, payload: bytes):
        self._payload = payload
        self._at = 0

    def raw(self, count: int) -> bytes:
        taken = self._payload[self._at : self._at + count]
        if len(taken) < count:
            raise ProtocolError(f"{len(self._payload)} bytes are too few")
        self._at += count
        return taken

    def u8(self) -> int:
        return self.raw(1)[0]

    def u16(self) -> int:
        return struct.unpack("<H", self.raw(2))[0]

    def u32(self) -> int:
        return struct.unpack("<I", self.raw(4))[0]

    def c64(self) -> int:
        value = struct.unpack("<q", self.raw(8))[0]
        if not 0 <= value <= SAFE:
            raise ProtocolError(f"{value} is not between 0 and 2^53 - 1")
        return value

    def _string(self, most: int) -> str:
        length = self.u16()
        if length > most:
            raise ProtocolError(f"a string of {length} bytes, at most {most} are allowed")
        try:
            text = self.raw(length).decode("utf-8")
        except UnicodeDecodeError as error:
            raise ProtocolError("a string that is not UTF-8") from error
        if "\0" in text:
            raise ProtocolError("a string with U+0000")
        return text

    def name(self) -> str:
        return self._string(NAME_BYTES)

    def text(self) -> str:
        return self._string(TEXT_BYTES)

    def count(self) -> int:
        value = self.u32()
        if not 1 <= value <= MAX_ROWS:
            raise ProtocolError(f"a count of {value}, 1 to {MAX_ROWS} are allowed")
        return value

    def end(self) -> None:
        left = len(self._payload) - self._at
        if left > 0:
            raise ProtocolError(f"{left} bytes too many")


def u8(value: int) -> bytes:
    return struct.pack("<B", value)


def u16(value: int) -> bytes:
    return struct.pack("<H", value)


def u32(value: int) -> bytes:
    return struct.pack("<I", min(max(int(value), 0), 0xFFFFFFFF))


def i32(value: int) -> bytes:
    return struct.pack("<i", min(max(int(value), -(2**31)), 2**31 - 1))


def c64(value: int) -> bytes:
    return struct.pack("<q", min(max(int(value), 0), SAFE))


def f64(value: float) -> bytes:
    return struct.pack("<d", value if math.isfinite(value) else 0.0)


def boolean(value: bool) -> bytes:
    return b"\1" if value else b"\0"


def _string(text: str, most: int) -> bytes:
    # A terminal may hold half a character pair or a zero; neither travels.
    encoded = text.replace("\0", "").encode("utf-8", "ignore")
    if len(encoded) > most:
        encoded = encoded[:most].decode("utf-8", "ignore").encode("utf-8")
    return u16(len(encoded)) + encoded


def name(text: str) -> bytes:
    return _string(text, NAME_BYTES)


def text(value: str) -> bytes:
    return _string(value, TEXT_BYTES)


def frame(number: int, payload: bytes = b"", request_id: int = 0, more: bool = False) -> bytes:
    return HEADER.pack(len(payload), number, MORE if more else 0, request_id) + payload


def rate(bar) -> bytes:
    """One bar, a `history.Bar`."""
    return RATE.pack(*bar)


def series(symbol: str, timeframe: str) -> bytes:
    return name(symbol) + name(timeframe)


def chunks(rows: list, size: int):
    """The rows in parts of at most `size`, at least one part; with each whether more follow."""
    parts = [rows[at : at + size] for at in range(0, len(rows), size)] or [[]]
    return [(part, index < len(parts) - 1) for index, part in enumerate(parts)]


def rates_frames(request_id: int, bars: list, last_forming: bool, reaches_start: bool) -> list:
    flags = (1 if last_forming and bars else 0) | (2 if reaches_start else 0)
    return [
        frame(RATES, u8(0 if more else flags) + u16(len(part)) + b"".join(map(rate, part)), request_id, more)
        for part, more in chunks(bars, ROWS_PER_CHUNK)
    ]


def error_frame(request_id: int, code: str, terminal_code: int, message: str, retry_after_ms: int = 0) -> bytes:
    payload = u8(ERROR_CODES.index(code) + 1) + i32(terminal_code) + text(message) + u32(retry_after_ms)
    return frame(ERROR, payload, request_id)


def goaway_frame(reason: str, message: str) -> bytes:
    return frame(GOAWAY, u8(GOAWAY_REASONS.index(reason) + 1) + text(message) + u32(0))


def bar_frame(key: tuple, sequence: int, forming, closed: list) -> bytes:
    head = series(*key) + u32(sequence) + boolean(forming is not None)
    bars = ([] if forming is None else [rate(forming)]) + [u16(len(closed))] + [rate(bar) for bar in closed]
    return frame(BAR, head + b"".join(bars))


def hello_mac(key: bytes, server_nonce: bytes, fields: bytes) -> bytes:
    return hmac.new(key, b"mt5g1 terminal\0" + server_nonce + fields, hashlib.sha256).digest()


def welcome_mac(key: bytes, server_nonce: bytes, client_nonce: bytes, fields: bytes) -> bytes:
    return hmac.new(key, b"mt5g1 gateway\0" + server_nonce + client_nonce + fields, hashlib.sha256).digest()


def read_farewell(payload: bytes, reasons: tuple) -> tuple:
    """(reason, message, retry_after_ms) of a REJECT or GOAWAY."""
    reader = Reader(payload)
    number, message, retry_after_ms = reader.u8(), reader.text(), reader.u32()
    reader.end()
    reason = reasons[number - 1] if 1 <= number <= len(reasons) else f"reason {number}"
    return reason, message, retry_after_ms


def read_request(number: int, payload: bytes) -> tuple:
    """The fields of a request. KeyError for a number that is no request of this version."""
    reader = Reader(payload)
    fields = _REQUESTS[number](reader)
    reader.end()
    return fields


def _read_indicator(reader: Reader) -> tuple:
    reader.name(), reader.name(), reader.text(), reader.count()
    buffers = reader.u8()
    if not 1 <= buffers <= 64 or any(reader.u16() > 511 for _ in range(buffers)):
        raise ProtocolError("not 1 to 64 buffers from 0 to 511")
    parameters = reader.u8()
    if parameters > 64:
        raise ProtocolError(f"{parameters} parameters, at most 64 are allowed")
    for _ in range(parameters):
        _read_parameter(reader)
    return ()


def _read_parameter(reader: Reader) -> None:
    kind = reader.u8()
    if kind in _PARAMETER_SIZES:
        reader.raw(_PARAMETER_SIZES[kind])
    elif kind == 6:
        if reader.u8() > 1:
            raise ProtocolError("a bool that is neither 0 nor 1")
    elif kind == 7:
        reader.text()
    else:
        raise ProtocolError(f"a parameter of the unknown type {kind}")


_REQUESTS = {
    RATES_BY_COUNT: lambda r: (r.name(), r.name(), r.u32(), r.count()),
    RATES_BY_RANGE: lambda r: (r.name(), r.name(), r.c64(), r.c64()),
    INDICATOR_BUFFERS: _read_indicator,
    ACCOUNT: lambda r: (),
    SYMBOLS: lambda r: (),
    SYMBOL: lambda r: (r.name(),),
    SUBSCRIBE: lambda r: (r.name(), r.name()),
    UNSUBSCRIBE: lambda r: (r.name(), r.name()),
    RESTART: lambda r: (),
}
