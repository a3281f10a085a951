"""A wall clock that runs faster than the host's, shared by the fake package and the bridge under test."""

import os
import time

from mt5bridge.clocks import HostClock


class FastClock(HostClock):
    def __init__(self, rate: float):
        self.rate = rate
        self._wall, self._steady = time.time(), time.monotonic()

    def now_ms(self) -> int:
        return int((self._wall + self.rate * (time.monotonic() - self._steady)) * 1000)


CLOCK = FastClock(float(os.environ.get("FAKE_CLOCK_RATE", "1")))
