"""Run them with `python3 -m unittest discover -s tests -t .` in bridges/python; they need no terminal."""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "fake"), str(HERE.parent)]
