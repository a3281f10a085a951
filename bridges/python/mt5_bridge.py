#!/usr/bin/env python3
"""Connects one MetaTrader 5 terminal to the gateway through the official MetaTrader5 package.

    MT5_LOGIN=... MT5_PASSWORD=... MT5_SERVER=... BRIDGE_KEY=... python mt5_bridge.py --terminal MT5_05

docs/python-bridge.md tells all settings.
"""

import sys

from mt5bridge.program import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
