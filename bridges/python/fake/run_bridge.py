"""Runs the bridge on the fake package: tests only. FAKE_TIME_SCALE shortens its pauses, FAKE_CLOCK_RATE hurries time."""

import dataclasses
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import MetaTrader5  # noqa: E402
from fakeclock import CLOCK  # noqa: E402
from mt5bridge.program import Program, logger, serve  # noqa: E402
from mt5bridge.settings import read_settings  # noqa: E402

settings = read_settings(os.environ)
scale = float(os.environ.get("FAKE_TIME_SCALE", "1"))
settings = dataclasses.replace(settings, time_scale=scale, simulated=True)
sys.exit(serve(Program(settings, MetaTrader5, CLOCK, logger(settings.terminal_id))))
