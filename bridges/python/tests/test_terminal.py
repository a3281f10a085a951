import random
import types
import unittest

import MetaTrader5 as fake
from mt5bridge import timeframes
from mt5bridge.clocks import Redial, ServerTime
from mt5bridge.history import History
from mt5bridge.program import Program
from mt5bridge.settings import Settings, SettingsError, read_settings
from mt5bridge.terminal import Terminal, TerminalError, TerminalLost, failure

KEY = "0f" * 32
HOUR_MS = 3_600_000


class StandingClock:
    rate = 1.0

    def __init__(self):
        self.wall_ms, self.steady = 1_700_000_000_000, 0.0

    def now_ms(self):
        return self.wall_ms

    def monotonic(self):
        return self.steady


def scripted(rows_of_calls, tick=1_700_010_000):
    """A terminal whose calls for bars give what the test says, one list of times a call."""
    calls = iter(rows_of_calls)
    rows = lambda *_: [(time, 1.0, 1.0, 1.0, 1.0, 1, 0, 0) for time in next(calls)]
    return types.SimpleNamespace(rates_from_position=rows, rates_between=rows, tick_ms=lambda _: tick * 1000)


def finished(slices):
    while True:
        try:
            next(slices)
        except StopIteration as done:
            return done.value


class Loading(unittest.TestCase):
    def setUp(self):
        self.clock = StandingClock()

    def history(self, rows_of_calls, **options):
        return History(scripted(rows_of_calls, **options), ServerTime(self.clock, 7200), self.clock)

    def code_of(self, slices):
        with self.assertRaises(TerminalError) as raised:
            finished(slices)
        return raised.exception.code

    def test_an_empty_first_call_is_loading_and_no_data_only_much_later(self):
        history = self.history([[], []])
        self.assertEqual(self.code_of(history.by_count("EURUSD", "H1", 0, 10)), "history-loading")
        self.clock.steady += 46
        self.assertEqual(self.code_of(history.by_count("EURUSD", "H1", 0, 10)), "no-data")

    def test_a_part_is_believed_only_when_it_stays_the_same_for_a_second(self):
        newest, part, more = [1_700_010_000], [1_700_006_400, 1_700_010_000], [1_700_002_800, 1_700_006_400, 1_700_010_000]
        history = self.history([newest, part, newest, more, newest, more, newest, more])
        for waited in (0, 2, 0.5):
            self.clock.steady += waited
            self.assertEqual(self.code_of(history.by_count("EURUSD", "H1", 0, 10)), "history-loading")
        self.clock.steady += 1
        bars, _, reaches_start = finished(history.by_count("EURUSD", "H1", 0, 10))
        self.assertEqual(([bar[0] for bar in bars], reaches_start), (more, True))

    def test_bars_that_end_long_before_the_last_tick_are_still_loading(self):
        history = self.history([[1_699_000_000]], tick=1_700_010_000)
        self.assertEqual(self.code_of(history.by_count("EURUSD", "H1", 0, 1)), "history-loading")

    def test_a_bar_that_opens_between_two_slices_is_neither_lost_nor_doubled(self):
        times = [3600 * n for n in range(100_000, 106_002)]
        # The second slice is read after a bar opened: all positions have moved by one.
        history = self.history([times[-2:-1], times[-5001:-1], times[-6001:-5000]], tick=0)
        bars, _, _ = finished(history.by_count("EURUSD", "H1", 0, 5999))
        self.assertEqual([bar[0] for bar in bars], times[-6000:-1])


class Time(unittest.TestCase):
    def test_a_fresh_tick_tells_the_offset_and_an_old_one_does_not(self):
        clock = StandingClock()
        server = ServerTime(clock)
        server.observe(clock.now_ms() - 2 * 24 * HOUR_MS)
        self.assertFalse(server.is_known)
        server.observe(clock.now_ms() + 3 * HOUR_MS - 900)
        self.assertEqual((server.is_known, server.offset_seconds), (True, 10_800))

    def test_one_odd_tick_does_not_move_a_known_offset_and_two_do(self):
        clock = StandingClock()
        server = ServerTime(clock)
        server.observe(clock.now_ms() + 2 * HOUR_MS)
        server.observe(clock.now_ms() + 3 * HOUR_MS)
        self.assertEqual(server.offset_seconds, 7200)
        clock.wall_ms += 1000
        server.observe(clock.now_ms() + 3 * HOUR_MS)
        self.assertEqual(server.offset_seconds, 10_800)

    def test_months_end_where_the_calendar_says(self):
        self.assertEqual(timeframes.bar_close("MN1", 1_706_745_600), 1_709_251_200)
        self.assertEqual(timeframes.number_of("W1"), 32769)

    def test_pauses_grow_to_15_s_and_never_fall_below_what_was_asked(self):
        redial = Redial(random.Random(1))
        pauses = [redial.next_pause(0) for _ in range(8)]
        for pause, plain in zip(pauses, (1, 2, 4, 8, 15, 15, 15, 15)):
            self.assertTrue(0.8 * plain <= pause <= min(15, 1.2 * plain), pauses)
        self.assertEqual(redial.next_pause(90), 90)
        redial.session_lasted(59)
        self.assertGreater(redial.next_pause(0), 10)
        redial.session_lasted(60)
        self.assertLess(redial.next_pause(0), 1.3)

    def test_pauses_are_short_after_the_gateway_said_that_it_stops(self):
        redial = Redial(random.Random(1))
        for _ in range(5):
            redial.next_pause(0)
        redial.expect_back()
        self.assertLessEqual(redial.next_pause(0), 1)
        for pause in (redial.next_pause(0) for _ in range(29)):
            self.assertTrue(0.8 <= pause <= 1.2, pause)
        redial.next_pause(0)
        self.assertGreaterEqual(redial.next_pause(0), 1.6)
        redial.expect_back()
        self.assertEqual(redial.next_pause(3), 3)

    def test_a_welcome_ends_the_short_pauses(self):
        redial = Redial(random.Random(1))
        redial.expect_back()
        redial.next_pause(0)
        redial.welcomed()
        for plain in (1, 2, 4):
            pause = redial.next_pause(0)
            self.assertTrue(0.8 * plain <= pause <= 1.2 * plain, pause)


class Watching(unittest.TestCase):
    def test_a_quiet_market_delays_the_first_dial_only(self):
        looks, lines = [], []
        program = Program(Settings("T1", bytes(32), time_scale=20), fake, StandingClock(), lines.append)
        symbols = lambda: [types.SimpleNamespace(name="EURUSD", select=True)]
        program._terminal = types.SimpleNamespace(symbols=symbols, tick_ms=lambda name: looks.append(name) or 0)
        program._measure_offset()
        self.assertGreater(len(looks), 1)
        self.assertEqual(len(lines), 1)
        looks.clear()
        program._measure_offset()
        self.assertEqual((len(looks), len(lines)), (1, 1))


class Package(unittest.TestCase):
    def terminal(self, **options):
        return Terminal(fake, Settings("T1", bytes(32), login=7, **options))

    def test_a_refused_account_says_what_to_look_at_and_not_the_password(self):
        with self.assertRaises(TerminalError) as raised:
            self.terminal(password="wrong secret").start()
        self.assertIn("login, password and server", raised.exception.message)
        self.assertNotIn("wrong secret", raised.exception.message)

    def test_a_broken_pipe_is_told_apart_from_a_failed_call(self):
        terminal = self.terminal(password="a password")
        terminal.start()
        self.assertEqual(terminal.account().login, 7)
        fake.break_pipe()
        with self.assertRaises(TerminalLost):
            terminal.account()

    def test_errors_of_the_package_become_errors_of_the_protocol(self):
        for code, wanted in ((-2, "bad-parameters"), (-7, "not-supported"), (-10005, "terminal-failure"), (-99, "terminal-failure")):
            self.assertEqual(failure(code, "it").code, wanted)
        self.assertGreater(failure(-10005, "it").retry_after_ms, 0)


class Environment(unittest.TestCase):
    def test_the_terminals_own_variables_come_first(self):
        settings = read_settings(
            {"BRIDGE_KEY": KEY, "MT5_LOGIN": "1", "MT5_PASSWORD": "x", "MT5_05_LOGIN": "5"}, "MT5_05"
        )
        self.assertEqual((settings.login, settings.password, settings.port), (5, "x", 5010))

    def test_all_problems_come_at_once_and_without_secrets(self):
        environment = {"BRIDGE_KEY": "secret-but-short", "BRIDGE_PORT": "0", "MT5_LOGIN": "7"}
        with self.assertRaises(SettingsError) as raised:
            read_settings(environment)
        for words in ("--terminal", "BRIDGE_KEY", "BRIDGE_PORT", "PASSWORD_FILE"):
            self.assertIn(words, str(raised.exception))
        self.assertNotIn("secret-but-short", str(raised.exception))

    def test_secrets_are_not_in_what_settings_print(self):
        text = repr(read_settings({"BRIDGE_KEY": KEY, "MT5_LOGIN": "1", "MT5_PASSWORD": "hidden"}, "T1"))
        self.assertNotIn("hidden", text)
        self.assertNotIn("\\x0f\\x0f", text)
