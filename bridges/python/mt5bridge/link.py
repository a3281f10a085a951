"""One TCP connection to the gateway: dialing, handshake, frames in, bytes out. It never blocks after the handshake."""

import hmac
import os
import select
import socket
import ssl

from . import wire

HANDSHAKE_SECONDS = 10.0
MAX_FRAME_BYTES = 1024 * 1024
READ_BYTES = 65_536


class LinkError(Exception):
    """The connection ends; the message is for the log. `pause` seconds were asked for."""

    def __init__(self, message: str, pause: float = 0.0, reason: str = ""):
        super().__init__(message)
        self.pause = pause
        #: Of a REJECT or GOAWAY.
        self.reason = reason


class Link:
    def __init__(self, settings, clock):
        self._clock = clock
        self._received = bytearray()
        self._outbox = bytearray()
        #: Reason of the connection's end; raised after all received bytes are read, above all a GOAWAY.
        self._end = None
        self._most = wire.HANDSHAKE_FRAME_BYTES
        self.epoch = 0
        self.heartbeat_seconds = 5.0
        self.last_received = clock.monotonic()
        self._socket = _dial(settings)

    def shake_hands(self, key: bytes, hello_fields) -> None:
        """`hello_fields(client_nonce)` are the fields of the HELLO. Raises LinkError."""
        deadline = self._clock.monotonic() + HANDSHAKE_SECONDS
        self._outbox += wire.PREAMBLE
        while len(self._received) < len(wire.PREAMBLE):
            self._wait(deadline)
            magic = bytes(self._received[: len(wire.MAGIC)])
            if not wire.MAGIC.startswith(magic):
                raise LinkError("whatever listens there is not the gateway's bridge port")
        version = self._received[len(wire.MAGIC)]
        del self._received[: len(wire.PREAMBLE)]
        payload = self._expect(wire.CHALLENGE, deadline)
        if version != wire.VERSION or len(payload) != 32:
            raise LinkError(f"the gateway chose version {version} of the protocol, this bridge speaks {wire.VERSION}")
        client_nonce = os.urandom(32)
        fields = hello_fields(client_nonce)
        self._outbox += wire.frame(wire.HELLO, fields + wire.hello_mac(key, payload, fields))
        welcome = self._expect(wire.WELCOME, deadline)
        proof = wire.welcome_mac(key, payload, client_nonce, welcome[:16])
        if len(welcome) != 48 or not hmac.compare_digest(proof, welcome[16:]):
            raise LinkError("the gateway does not know the key of this terminal: it is not the right gateway")
        reader = wire.Reader(welcome)
        self.epoch, self.heartbeat_seconds = reader.c64(), max(reader.u32(), 10) / 1000
        self._most = min(reader.u32(), MAX_FRAME_BYTES)

    def send(self, *frames: bytes) -> None:
        for frame in frames:
            self._outbox += frame

    @property
    def unsent(self) -> int:
        return len(self._outbox)

    def pump(self, seconds: float) -> list:
        """Sends and receives, waiting at most that long; returns whole frames. Raises LinkError, ProtocolError."""
        self._exchange(seconds)
        frames = []
        while (frame := self._next_frame()) is not None:
            frames.append(frame)
        if self._end is not None and not frames:
            raise self._end
        return frames

    def flush(self, seconds: float) -> None:
        """Waits until all bytes are sent, at most that long."""
        deadline = self._clock.monotonic() + seconds
        while self._outbox and self._end is None and self._clock.monotonic() < deadline:
            self._exchange(0.02)

    def close(self) -> None:
        self._socket.close()

    def _expect(self, number: int, deadline: float) -> bytes:
        while (frame := self._next_frame()) is None:
            self._wait(deadline)
        got, request_id, payload = frame
        if got == wire.REJECT:
            reason, message, retry_after_ms = wire.read_farewell(payload, wire.REJECT_REASONS)
            raise LinkError(f"the gateway refused: {reason}: {message}", retry_after_ms / 1000, f"reject {reason}")
        if got != number or request_id != 0:
            raise LinkError(f"message 0x{got:04x} came in the handshake instead of 0x{number:04x}")
        return payload

    def _wait(self, deadline: float) -> None:
        if self._end is not None:
            raise self._end
        if self._clock.monotonic() > deadline:
            raise LinkError(f"no welcome within {HANDSHAKE_SECONDS:.0f} s")
        self._exchange(0.05)

    def _next_frame(self):
        if len(self._received) < wire.HEADER.size:
            return None
        length, number, flags, request_id = wire.HEADER.unpack_from(self._received)
        if length > self._most:
            raise wire.ProtocolError(f"a frame of {length} bytes was announced, at most {self._most} are allowed")
        if flags & ~wire.MORE:
            raise wire.ProtocolError(f"reserved frame flags 0x{flags:04x}")
        end = wire.HEADER.size + length
        if len(self._received) < end:
            return None
        payload = bytes(self._received[wire.HEADER.size : end])
        del self._received[:end]
        return number, request_id, payload

    def _exchange(self, seconds: float) -> None:
        if self._end is not None:
            return
        try:
            pending = isinstance(self._socket, ssl.SSLSocket) and self._socket.pending() > 0
            writers = [self._socket] if self._outbox else []
            readable, writable, _ = select.select([self._socket], writers, [], 0 if pending else seconds)
            if readable or pending:
                self._read()
            if writable:
                self._write()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._end = LinkError(f"the connection broke: {error.strerror or type(error).__name__}")

    def _write(self) -> None:
        sent = self._socket.send(bytes(self._outbox[:READ_BYTES]))
        del self._outbox[:sent]

    def _read(self) -> None:
        chunk = self._socket.recv(READ_BYTES)
        if not chunk:
            self._end = LinkError("the gateway closed the connection")
            return
        self.last_received = self._clock.monotonic()
        self._received += chunk


def _dial(settings):
    try:
        connection = socket.create_connection((settings.host, settings.port), timeout=10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if settings.use_tls:
            context = ssl.create_default_context(cafile=settings.tls_ca or None)
            connection = context.wrap_socket(connection, server_hostname=settings.host)
        connection.setblocking(False)
        return connection
    except ssl.SSLError as error:
        raise LinkError(f"TLS failed: {error.reason}: look at BRIDGE_TLS_CA and the gateway's certificate") from error
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        why = error.strerror or type(error).__name__
        raise LinkError(f"the gateway cannot be reached at {where}: {why}: is it running, is the port open?") from error
