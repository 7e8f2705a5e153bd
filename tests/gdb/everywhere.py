"""everywhere -- for check-gdb: stop loop.lua at many machine instructions, and ask each time where it is.

Prints each answer that names no line with code, and the count: a position is "sure" if lua-bt does not
say that it is the one saved last, or unknown.
"""
import re

import gdb

STOPS, STRIDE = 450, 7  # an odd stride meets different instructions of the same handlers
LINES = {"main chunk": (5, 7, 8, 9, 11, 12), "function 'step' <loop.lua:1>": (3, 4, 5)}
ANSWER = re.compile(r"loop\.lua:(\d+|\?)( \(as last saved\))? in (.*)$")


def step():
    gdb.execute(f"with suppress-cli-notifications on -- stepi {STRIDE}", to_string=True)


def place():
    """The innermost Lua call as lua-bt prints it."""
    for line in gdb.execute("lua-bt", to_string=True).split("\n"):
        if line.startswith("#") and "[C]" not in line:
            return line
    return "no Lua call"


gdb.execute("lua-break loop.lua:8", to_string=True)
gdb.execute("run", to_string=True)
sure = wrong = 0
for _ in range(STOPS):
    step()
    answer = place()
    found = ANSWER.search(answer)
    line, saved, name = found.groups() if found else ("?", None, "")
    sure += line != "?" and saved is None
    if name not in LINES or (line != "?" and int(line) not in LINES[name]):
        wrong += 1
        print(f"{gdb.newest_frame().name()}: {answer}")
print(f"{STOPS} stops, {sure} of them sure, {wrong} wrong")
