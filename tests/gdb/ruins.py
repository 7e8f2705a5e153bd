"""ruins -- for check-gdb: write nonsense over one word after the other of a stopped VM, and give each command and
each printer what is left of it.  They must answer, or say what is unreadable; nothing may fail inside Python.

Prints "N questions, N wrong" with each wrong one.  What printers throw is on stderr, in gdb's words.
"""
import random
import time

import gdb

from luagdb import evaluate, frames

WORDS, SECONDS = 100, 10  # so many words are spoilt; no answer may take longer
QUESTIONS = """
lua-bt|lua-bt -c|lua-locals|lua-locals 0|lua-locals 2|lua-upvalues|lua-upvalues 2|lua-list|lua-list 2
lua-proto|lua-proto 2|lua-table self|lua-value self|lua-value self.last|lua-globals c*|lua-thread|lua-value L
print *$state|print *$state->ci|print $state->ci[-1]|print *$table|print *$function|print *$proto|print $proto->k[0]
print $proto->code[0]|print $proto->locvars[0]|print $table->array[0]|print $table->node[0]|print *$cell
print *$string|print *$shared
""".strip().replace("\n", "|").split("|")

inferior = gdb.selected_inferior()
random.seed(5)


def name(word, kind, address):
    """A convenience variable, and the object's words as what may be spoilt."""
    pointer = gdb.Value(address).cast(layout.type(kind).pointer())
    gdb.set_convenience_variable(word, pointer)
    return region(address, layout.size(kind))


def region(address, size):
    return [address + at for at in range(0, size - 7, 8)]


def spoilt(word, others):
    """Something else for a word: a small number, a bit changed, another address, anything."""
    return random.choice([
        random.choice([0, 1, 3, 8, 16, 0x1000, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 63, (1 << 64) - 1]),
        word ^ 1 << random.randrange(64), random.choice(others), random.randrange(1 << 64),
        word & ~0xFFFFFFFF | random.choice([0, 0x7FFFFFFF, 0xFFFFFFFF])])


def complaint(question):
    """Why the answer is none, or None."""
    began = time.monotonic()
    try:
        gdb.execute(question, to_string=True)
    except gdb.error as why:
        if "Python" in str(why) or "Traceback" in str(why):
            return str(why)
    return f"{time.monotonic() - began:.0f} s" if time.monotonic() - began > SECONDS else None


gdb.execute("break math_floor", to_string=True)
gdb.execute("run", to_string=True)
thread = frames.current()
layout, L = thread.layout, thread.view()
level = thread.level(1)
function = level.call.function.payload
view, proto = layout.function(function), layout.proto(layout.function(function).proto)
table = evaluate.value("self").payload
key = next(k.payload for k, _ in layout.entries(table) if k.kind == "string")
cell = layout.function(thread.level(2).call.function.payload).upvalues[0]
state = layout.at("lua_State", thread.address)
calls = [call.address for call in layout.calls(thread.address)]
places = name("state", "lua_State", thread.address) + name("function", "LClosure", function)
places += name("proto", "Proto", proto.address) + name("table", "Table", table) + name("string", "TString", key)
places += name("shared", "global_State", int(state["g" if layout.name == "Parallax" else "l_G"]))
places += name("cell", "UpVal", cell)
places += [at for call in calls for at in region(call, layout.size("CallInfo"))] * 3
places += region(proto.constants, proto.nconstants * layout.value_size)
places += region(int(layout.at("Proto", proto.address)["code"]), 4 * len(proto.code))
places += region(int(layout.at("Proto", proto.address)["locvars"]), 2 * layout.size("LocVar"))
places += region(int(layout.at("Table", table)["node"]), 4 * layout.size("Node"))
places += region(int(layout.at("Table", table)["array"]), 4 * layout.value_size)
places += region(int(state["stack"]), L.top - int(state["stack"]))

wrong = asked = 0
for _ in range(WORDS):
    place = random.choice(places)
    held = bytes(inferior.read_memory(place, 8))
    nonsense = spoilt(int.from_bytes(held, "little"), places)
    inferior.write_memory(place, nonsense.to_bytes(8, "little"))
    for question in QUESTIONS:
        asked += 1
        why = complaint(question)
        if why:
            wrong += 1
            print(f"{place:#x} = {nonsense:#x}: {question}: {why}")
    inferior.write_memory(place, held)
print(f"{asked} questions, {wrong} wrong")
