"""lua-gdb.py -- makes gdb (13 or later) understand the Lua VM: what `gdb -x` and auto-loading source.

The Makefile puts links to this file beside what it builds (`lua-gdb.py`, `liblua5.1.so.0-gdb.py`), where
gdb finds it by itself once its folder is declared safe; docs/debugging.md says how.
"""
import os
import sys

folder = os.path.dirname(os.path.realpath(__file__))
if folder not in sys.path:
    sys.path.insert(0, folder)

import luagdb  # noqa: E402  (its folder is only known now)

luagdb.register()
