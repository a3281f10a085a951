"""No call of the package that failed may look like one that found nothing."""

import struct
import types
import unittest

import MetaTrader5 as fake
from mt5bridge import wire
from mt5bridge.answers import Answers
from mt5bridge.clocks import UNKNOWN_OFFSET_SECONDS, ServerTime
from mt5bridge.history import History
from mt5bridge.pusher import Pusher
from mt5bridge.session import Session
from mt5bridge.settings import Settings
from mt5bridge.terminal import Terminal, TerminalError

from .test_terminal import StandingClock, finished

SYMBOL, TIMEFRAME, HOUR = "EURUSD", "H1", 3600
#: The fake's own time in this scene, and the bars that it has.
NEWEST = 1_700_006_400


class Package:
    """A package with 100 bars of one series, in which each function can be made to fail with a code."""

    def __init__(self):
        self.failing: dict = {}
        self.error = 1

    def __getattr__(self, name):
        def call(*arguments, **options):
            code = self.failing.get(name)
            if code is not None:
                self.error = code
                return None
            self.error = 1
            return getattr(self, f"_{name}")(*arguments, **options)

        return call

    def last_error(self):
        return (self.error, "scripted")

    def _bars(self, times):
        prices = dict(open=1.0, high=1.0, low=1.0, close=1.0, tick_volume=1, spread=0, real_volume=0)
        return [{"time": time, **prices} for time in times]

    def _times(self):
        return [NEWEST - HOUR * at for at in range(99, -1, -1)]

    def _copy_rates_from_pos(self, name, timeframe, start, count):
        if start >= 100:
            self.error = -1
            return None
        times = self._times()
        return self._bars(times[max(0, 100 - start - count):100 - start])

    def _copy_rates_range(self, name, timeframe, first, last):
        return self._bars([time for time in self._times() if first <= time <= last])

    def _symbol_info(self, name):
        if name != SYMBOL:
            self.error = -1
            return None
        info = dict(name=name, select=True, description="", digits=5, trade_contract_size=1.0, trade_mode=4)
        return types.SimpleNamespace(**info, currency_base="", currency_profit="", path="", point=0.1)

    def _symbols_get(self):
        return (self._symbol_info(SYMBOL),)

    def _symbol_info_tick(self, name):
        return types.SimpleNamespace(time=NEWEST + 60, time_msc=(NEWEST + 60) * 1000)

    def _account_info(self):
        names = dict(server="S", company="C", name="N", currency="USD")
        return types.SimpleNamespace(login=7, trade_mode=0, leverage=1, balance=1.0, equity=1.0, **names)

    def _terminal_info(self):
        return types.SimpleNamespace(connected=True, ping_last=1)

    def _symbol_select(self, name, enable):
        return True


class Bars(unittest.TestCase):
    def setUp(self):
        self.clock, self.package = StandingClock(), Package()
        self.clock.wall_ms = (NEWEST + 60 - 7200) * 1000
        self.terminal = Terminal(self.package, Settings("T1", bytes(32)))
        self.history = History(self.terminal, ServerTime(self.clock, 7200), self.clock)
        # The series is known from here on.
        self.assertEqual(len(finished(self.history.by_count(SYMBOL, TIMEFRAME, 0, 50))[0]), 50)

    def by_range(self, start, end):
        return self.history.by_range(SYMBOL, TIMEFRAME, start, end)

    def refused(self, slices):
        with self.assertRaises(TerminalError) as raised:
            finished(slices)
        return raised.exception.code, raised.exception.terminal_code

    def test_a_failed_range_of_a_known_series_is_no_empty_range(self):
        self.package.failing["copy_rates_range"] = -1
        recent = self.by_range(NEWEST - 10 * HOUR, NEWEST)
        old = self.by_range(NEWEST - 90 * HOUR, NEWEST - 80 * HOUR)
        self.assertEqual([self.refused(recent), self.refused(old)], [("history-loading", -1)] * 2)

    def test_a_failed_count_of_a_known_series_is_no_end_of_history(self):
        self.package.failing["copy_rates_from_pos"] = -1
        self.assertEqual(self.refused(self.history.by_count(SYMBOL, TIMEFRAME, 0, 10)), ("history-loading", -1))
        self.clock.steady += 5
        self.assertEqual(self.refused(self.history.by_count(SYMBOL, TIMEFRAME, 0, 10)), ("history-loading", -1))

    def test_calls_that_go_on_failing_become_a_failure_of_the_terminal(self):
        for name, ask in (
            ("copy_rates_from_pos", lambda: self.history.by_count(SYMBOL, TIMEFRAME, 0, 10)),
            ("copy_rates_range", lambda: self.by_range(NEWEST - 10 * HOUR, NEWEST)),
        ):
            self.package.failing = {name: -4}
            self.refused(ask())
            self.clock.steady += 46
            self.assertEqual(self.refused(ask()), ("terminal-failure", -4))
            self.package.failing = {}
            self.assertTrue(finished(ask())[0])
            self.package.failing = {name: -4}
            self.assertEqual(self.refused(ask()), ("history-loading", -4))

    def test_bars_behind_the_end_of_history_are_none_and_no_failure(self):
        with self.assertRaises(TerminalError):
            finished(self.history.by_count(SYMBOL, TIMEFRAME, 100, 10))
        self.clock.steady += 2
        self.assertEqual(finished(self.history.by_count(SYMBOL, TIMEFRAME, 100, 10)), ([], False, True))

    def test_a_failed_count_of_older_bars_that_were_there_before_is_no_end_of_history(self):
        self.package._copy_rates_from_pos = (
            lambda name, timeframe, start, count, whole=self.package._copy_rates_from_pos:
            setattr(self.package, "error", -1) if start > 0 else whole(name, timeframe, start, count)
        )
        self.assertEqual(self.refused(self.history.by_count(SYMBOL, TIMEFRAME, 20, 10)), ("history-loading", -1))

    def test_a_single_failed_slice_of_a_long_count_is_no_end_of_history(self):
        whole = self.package._copy_rates_from_pos
        self.package._copy_rates_from_pos = lambda name, timeframe, start, count: (
            setattr(self.package, "error", -1) if count > 1 else whole(name, timeframe, start, count)
        )
        self.assertEqual(self.refused(self.history.by_count(SYMBOL, TIMEFRAME, 20, 10)), ("history-loading", -1))

    def test_an_empty_range_stays_empty(self):
        self.assertEqual(finished(self.by_range(NEWEST - 5 * HOUR + 1, NEWEST - 4 * HOUR))[0], [])

    def test_other_errors_are_themselves(self):
        for code, wanted in ((-2, "bad-parameters"), (-10005, "terminal-failure"), (-10004, "terminal-failure")):
            for name in ("copy_rates_range", "copy_rates_from_pos"):
                self.package.failing = {name: code}
                self.assertEqual(self.refused(self.by_range(NEWEST - 10 * HOUR, NEWEST)), (wanted, code))

    def test_a_tick_that_cannot_be_read_is_not_no_tick(self):
        for code in (-1, -10005):
            self.package.failing = {"symbol_info_tick": code}
            with self.assertRaises(TerminalError):
                self.terminal.tick_ms(SYMBOL)
        self.package.failing = {"symbol_info_tick": -4}
        self.assertEqual(self.terminal.tick_ms(SYMBOL), 0)

    def test_pushes_wait_for_bars_that_cannot_be_read_and_say_so(self):
        pusher = Pusher(self.terminal, self.history, ServerTime(self.clock, 7200))
        pusher.subscribe(SYMBOL, TIMEFRAME)
        self.package.failing = {"copy_rates_from_pos": -1}
        self.assertEqual((pusher.poll(), self.terminal.last_error), ([], -1))
        self.package.failing = {}
        self.assertEqual(len(pusher.poll()), 1)


class Others(unittest.TestCase):
    def setUp(self):
        self.package = Package()
        self.terminal = Terminal(self.package, Settings("T1", bytes(32)))

    def code_of(self, call, *arguments):
        with self.assertRaises(TerminalError) as raised:
            call(*arguments)
        return raised.exception.code

    def test_a_symbol_that_cannot_be_read_is_not_unknown(self):
        self.package.failing = {"symbol_info": -1}
        self.assertEqual(self.code_of(self.terminal.symbol, SYMBOL), "terminal-failure")
        self.package.failing = {"symbol_info": -10005}
        self.assertEqual(self.code_of(self.terminal.symbol, SYMBOL), "terminal-failure")
        self.package.failing = {}
        self.assertEqual(self.code_of(self.terminal.symbol, "NOPE"), "unknown-symbol")

    def test_a_symbol_that_cannot_be_selected_is_an_error(self):
        info = self.package._symbol_info
        self.package._symbol_info = lambda name: setattr(found := info(name), "select", False) or found
        self.package.failing = {"symbol_select": -1}
        self.assertEqual(self.code_of(self.terminal.symbol, SYMBOL), "terminal-failure")

    def test_an_empty_list_of_symbols_with_an_error_is_an_error(self):
        def empty():
            self.package.error = -1
            return ()

        self.package._symbols_get = empty
        self.assertEqual(self.code_of(self.terminal.symbols), "terminal-failure")

    def test_a_state_that_cannot_be_read_is_not_an_absent_broker(self):
        self.package.failing = {"terminal_info": -10005}
        answers = Answers(self.terminal, None, None)
        self.assertEqual(self.code_of(next, answers.work(wire.ACCOUNT, 1, ())), "terminal-failure")


class Link:
    """Keeps what a session sends."""

    heartbeat_seconds = 5.0
    last_received = 0.0
    unsent = 0

    def __init__(self):
        self.sent: list = []

    def send(self, *frames):
        self.sent += frames

    def flush(self, _seconds):
        pass

    def pump(self, _seconds):
        return []


class Pulse(unittest.TestCase):
    def setUp(self):
        self.clock, self.package, self.link = StandingClock(), Package(), Link()
        self.server_time = ServerTime(self.clock)
        terminal = Terminal(self.package, Settings("T1", bytes(32)))
        history = History(terminal, self.server_time, self.clock)
        self.session = Session(self.link, terminal, history, self.server_time, self.clock, print)

    def beat(self):
        self.clock.steady += 4.0
        self.link.last_received = self.clock.steady
        self.link.sent.clear()
        self.session._beat()
        (frame,) = self.link.sent
        names = ("time", "rate", "offset", "connected", "ping", "memory", "queue", "tick", "error", "login")
        values = struct.unpack("<QdiBIIIQiQ", frame[12:])
        return dict(zip(names, values))

    def test_an_unknown_offset_is_said_to_be_unknown_and_time_stands_at_the_newest_tick(self):
        # Saturday, seen from the last tick of Friday.
        self.server_time.observe(self.clock.wall_ms - 30 * HOUR * 1000 + 400_000)
        beat = self.beat()
        self.assertEqual((beat["offset"], beat["rate"]), (UNKNOWN_OFFSET_SECONDS, 0.0))
        self.assertEqual(beat["time"], self.server_time.last_tick_ms)
        self.server_time.observe(self.clock.wall_ms + 2 * HOUR * 1000)
        beat = self.beat()
        self.assertEqual((beat["offset"], beat["rate"]), (7200, 1.0))

    def test_one_failed_call_changes_neither_account_nor_broker_and_many_do(self):
        self.assertEqual((self.beat()["login"], self.beat()["connected"]), (7, 1))
        self.package.failing = {"account_info": -10005, "terminal_info": -10005}
        seen = [self.beat() for _ in range(4)]
        self.assertEqual([(beat["login"], beat["connected"]) for beat in seen], [(7, 1), (7, 1), (0, 0), (0, 0)])
        self.assertEqual({beat["error"] for beat in seen}, {-10005})
        self.package.failing = {}
        beat = self.beat()
        self.assertEqual((beat["login"], beat["connected"], beat["error"]), (7, 1, 0))


class Fake(unittest.TestCase):
    def test_the_real_functions_are_called_by_names_that_the_package_has(self):
        for name in dir(Package):
            if name.startswith("_copy") or name.startswith("_symbol") or name.endswith("_info"):
                self.assertTrue(hasattr(fake, name[1:]), name)
