"""Starts the terminal, dials, serves and dials again until a signal stops it."""

import argparse
import os
import random
import signal
import sys
import time

from . import wire
from .clocks import HostClock, Redial, ServerTime
from .history import History
from .link import Link, LinkError
from .session import Session
from .settings import Settings, SettingsError, read_settings
from .terminal import Terminal, TerminalError, TerminalLost

VERSION = "python bridge 1.0"
SUPERSEDED_SECONDS = 60.0
#: Longest wait before the first dial for a tick that shows the server's offset, seconds.
OFFSET_SECONDS = 3.0
NO_PACKAGE = "the MetaTrader5 package is missing: pip install MetaTrader5 (Windows, or Wine, only)"


class Program:
    def __init__(self, settings: Settings, package, clock=None, log=print):
        self._settings = settings
        self._clock = clock or HostClock()
        self._log = log
        self._terminal = Terminal(package, settings)
        self._server_time = ServerTime(self._clock, settings.utc_offset)
        self._redial = Redial(random.SystemRandom(), settings.time_scale)
        self._history = None
        self._has_waited_for_tick = False
        self._stopping = False
        self._last_refusal = ""

    def stop(self, *_signal) -> None:
        self._stopping = True

    def run(self) -> int:
        while not self._stopping:
            pause = self._attempt()
            self._sleep(self._redial.next_pause(pause) if not self._stopping else 0)
        self._terminal.stop()
        self._log("stopped")
        return 0

    def _attempt(self) -> float:
        """From the terminal's start to the end of a session; returns the seconds that the gateway asked to wait."""
        started = None
        try:
            self._start_terminal()
            self._measure_offset()
            link = Link(self._settings, self._clock)
            try:
                link.shake_hands(self._settings.key, self._hello_fields)
                started = self._clock.monotonic()
                self._redial.welcomed()
                self._say_ready(link)
                parts = (link, self._terminal, self._history, self._server_time, self._clock, self._log)
                Session(*parts).run(lambda: self._stopping)
            finally:
                link.close()
        except LinkError as error:
            return self._told(error)
        except wire.ProtocolError as error:
            self._log(f"the gateway broke the protocol: {error}")
        except TerminalLost as error:
            self._log(f"{error.message}; starting it again")
            self._forget_terminal()
        except TerminalError as error:
            self._log(error.message)
            self._forget_terminal()
        finally:
            if started is not None:
                self._redial.session_lasted(self._clock.monotonic() - started)
        return 0.0

    def _start_terminal(self) -> None:
        """Starts once, and again only after a loss, because each start is a login at the broker."""
        if self._history is not None:
            return
        self._terminal.start()
        self._history = History(self._terminal, self._server_time, self._clock)

    def _forget_terminal(self) -> None:
        self._terminal.stop()
        self._history = None

    def _told(self, error: LinkError) -> float:
        """Prints a REJECT once, then once per change, so that it does not flood the log."""
        message = str(error)
        if message != self._last_refusal:
            self._log(message)
        self._last_refusal = message if error.reason.startswith("reject") else ""
        if error.reason == "shutting-down":
            self._redial.expect_back()
        if error.reason != "superseded":
            return error.pause
        self._log("another bridge runs with this terminal id: stop one of them. Waiting a minute.")
        return max(error.pause, SUPERSEDED_SECONDS / self._settings.time_scale)

    def _say_ready(self, link: Link) -> None:
        self._last_refusal = ""
        hours = self._server_time.offset_seconds / 3600
        known = f"server time is UTC{hours:+g} h" if self._server_time.is_known else "the UTC offset is not known yet: no tick"
        self._log(f"connected to {self._settings.host}:{self._settings.port}, session {link.epoch}, {known}")

    def _measure_offset(self) -> None:
        """Watches ticks: for a moment before the first dial, later one look, so that no dial is late at a weekend."""
        if self._server_time.is_known:
            return
        is_patient = not self._has_waited_for_tick
        self._has_waited_for_tick = True
        watched = [info.name for info in self._terminal.symbols() if info.select][:50]
        until = time.monotonic() + OFFSET_SECONDS / self._settings.time_scale
        while not self._stopping:
            for name in watched:
                self._watch(name)
            if self._server_time.is_known or not is_patient or time.monotonic() >= until:
                break
            time.sleep(0.1)
        if is_patient and not self._server_time.is_known:
            self._log(
                "no tick is new enough to measure the server's time (a weekend?): the offset is unknown until one comes; "
                "MT5_UTC_OFFSET sets it"
            )

    def _watch(self, name: str) -> None:
        """An unreadable tick gives no time; the session finds the cause."""
        try:
            self._server_time.observe(self._terminal.tick_ms(name))
        except TerminalLost:
            raise
        except TerminalError as error:
            self._terminal.last_error = error.terminal_code

    def _hello_fields(self, client_nonce: bytes) -> bytes:
        account = self._terminal.account()
        capabilities = wire.CAPABILITY_PUSH | (wire.CAPABILITY_SIMULATED if self._settings.simulated else 0)
        return (
            wire.name(self._settings.terminal_id) + wire.c64(account.login) + wire.name(account.server)
            + wire.name(account.company) + wire.name(VERSION) + wire.u32(self._terminal.build())
            + wire.i32(self._server_time.offset_seconds) + wire.u32(capabilities) + client_nonce
        )

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._stopping and time.monotonic() < until:
            time.sleep(min(0.2, max(0.0, until - time.monotonic())))


def logger(terminal_id: str):
    """Prints lines with the time and the terminal, without control characters from outside."""

    def log(message: str) -> None:
        clean = "".join(letter if letter.isprintable() else "?" for letter in message)[:1000]
        stamp = time.strftime("%Y-%m-%d %H:%M:%S")
        print(f"{stamp} {terminal_id} {clean}", file=sys.stderr, flush=True)

    return log


def main(words: list) -> int:
    parser = argparse.ArgumentParser(description="Connects one MetaTrader 5 terminal to the gateway.")
    parser.add_argument("--terminal", default="", help="id of the terminal in the gateway, e.g. MT5_05")
    try:
        settings = read_settings(os.environ, parser.parse_args(words).terminal)
    except SettingsError as error:
        print(f"mt5_bridge: {error}", file=sys.stderr)
        return 2
    try:
        import MetaTrader5 as package
    except ImportError:
        print(f"mt5_bridge: {NO_PACKAGE}", file=sys.stderr)
        return 2
    return serve(Program(settings, package, log=logger(settings.terminal_id)))


def serve(program: Program) -> int:
    """Runs until SIGINT or SIGTERM."""
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), program.stop)
    return program.run()
