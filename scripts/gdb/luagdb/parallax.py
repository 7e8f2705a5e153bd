"""parallax -- the layout of Parallax; src/types/ and src/vm/decode.h are what it follows.

If types/value.h changes how a value is packed, so does `value` here; everything else is read by the
names of fields, from the debug symbols.
"""
import struct

import gdb

from luagdb.layouts import (Call, FunctionView, Layout, ProtoView, TableView, ThreadView,
                            Value)
from luagdb.memory import Trouble, Unreadable, read, said, u64, u64s

SHIFT = 47
PAYLOAD = (1 << SHIFT) - 1
FIRST_TAGGED = 0x1FFF1 << SHIFT
NIL, FALSE, TRUE = (1 << 64) - 1, (1 << 64) - 2, (1 << 64) - 3

# enum ObjectKind, and the two tags that are no kind of object.
KINDS = {1: "string", 2: "table", 3: "function", 4: "function", 5: "userdata", 6: "thread",
         7: "box", 8: "proto", 9: "upvalue"}
LCLOSURE, CCLOSURE, DEAD, LIGHT = 3, 4, 13, 14
CALL_FRESH = 1

# Handlers whose last operand has 32 bits.
WITH_D = ("LOADK", "GETGLOBAL", "SETGLOBAL", "JMP", "FORLOOP", "FORPREP", "CLOSURE", "RETURN")


class Parallax(Layout):
    """See Layout."""

    name = "Parallax"
    mark = "open_upvals"  # a field of lua_State that the other VM has not
    value_size = 8
    executors = ("run", "vm_execute")
    executor_prefixes = ("op_", "cold_")
    code_step = 8

    def __init__(self, objfile):
        super().__init__(objfile)
        self.handlers = None

    # ---- Values -----------------------------------------------------------------------------

    def value(self, bits):
        """The value of a word."""
        if bits < FIRST_TAGGED:
            return Value(self, "number", struct.unpack("<d", struct.pack("<Q", bits))[0])
        if bits == NIL:
            return Value(self, "nil", None)
        if bits in (FALSE, TRUE):
            return Value(self, "boolean", bits == TRUE)
        tag, payload = (bits >> SHIFT) - 0x1FFF0, bits & PAYLOAD
        if tag in range(1, 7):
            return Value(self, KINDS[tag], payload)
        if tag == 7:  # the pointer is the text of its box
            data = self.string(payload, 8)[0]
            return Value(self, "light", int.from_bytes(data, "little"))
        if tag == DEAD:
            return Value(self, "deadkey", payload)
        if tag == LIGHT:
            return Value(self, "light", payload)
        return Value(self, "odd", f"{bits:#018x}")

    def value_at(self, address):
        return self.value(u64(address))

    def from_c(self, value):
        """The value that a C value of one of our struct types stands for; None: no such type."""
        tag = value.type.strip_typedefs().tag
        if tag == "Slot":
            value, tag = value["v"], "TValue"
        if tag == "TValue":
            return self.value(int(value["bits"]))
        if tag == "Node":
            return self.value(int(value["val"]["v"]["bits"]))
        if tag == "UpVal":
            return Value(self, "upvalue", int(value.address))
        if tag in ("TString", "Table", "LClosure", "CClosure", "Closure", "Udata", "lua_State",
                   "Proto", "GCObject"):
            return self.object(int(value.address))
        return None

    def object(self, address):
        """The object at an address, by what its header says."""
        kind = int(self.at("GCObject", address)["tt"])
        if kind not in KINDS:
            raise Unreadable(f"object at {address:#x}: kind {kind}")
        return Value(self, KINDS[kind], address)

    # ---- Objects ----------------------------------------------------------------------------

    def string(self, address, limit):
        """(the first `limit` bytes, length)."""
        text = self.at("TString", address)
        length = int(text["len"])
        return read(int(text["data"].address), min(length, limit)), length

    def userdata(self, address):
        """(address of the host's bytes, how many, metatable)."""
        box = self.at("Udata", address)
        return int(box["data"].address), int(box["len"]), int(box["metatable"]["ref"])

    def table(self, address):
        table = self.at("Table", address)
        nodes = 0
        if int(table["node"]) != self.empty_node():
            nodes = int(table["node_mask"]) + 1
        return TableView(int(table["narray"]), nodes, int(table["metatable"]["ref"]))

    def empty_node(self):
        symbol = self.objfile.lookup_global_symbol("table_empty_node")
        return int(symbol.value().address) if symbol is not None else 0

    def entries(self, address):
        """(key, value) of each entry that is not nil, in the order of `next`."""
        view, table = self.table(address), self.at("Table", address)
        for index, bits in enumerate(u64s(int(table["array"]), view.narray)):
            if bits != NIL:
                yield Value(self, "number", float(index + 1)), self.value(bits)
        size = self.size("Node")
        raw = read(int(table["node"]), view.nnodes * size)
        for at in range(0, len(raw), size):
            bits, key = struct.unpack_from("<QQ", raw, at)
            if bits != NIL:
                yield self.value(key), self.value(bits)

    def function(self, address):
        head = self.at("Closure", address)
        nups, env = int(head["nups"]), int(head["env"]["ref"])
        if int(head["tt"]) == LCLOSURE:
            closure = self.at("LClosure", address)
            cells = self.pointers(int(closure["upvals"].address), nups)
            values = [int(self.at("UpVal", cell)["v"]) if cell else 0 for cell in cells]
            return FunctionView(int(closure["p"]), 0, env, values)
        if int(head["tt"]) != CCLOSURE:
            raise Unreadable(f"function at {address:#x}: kind {int(head['tt'])}")
        closure = self.at("CClosure", address)
        first = int(closure["upvals"].address)
        return FunctionView(0, int(closure["f"]), env, [first + 8 * n for n in range(nups)])

    def upvalue(self, address):
        """(address of the value, whether it is on a stack still)."""
        cell = self.at("UpVal", address)
        return int(cell["v"]), int(cell["v"]) != int(cell["u"]["closed"].address)

    def proto(self, address):
        p = self.at("Proto", address)
        view = ProtoView(self, address)
        view.source = self.text(int(p["source"]["ref"]))
        for name in ("linedefined", "lastlinedefined", "numparams", "is_vararg", "nups",
                     "maxstack"):
            setattr(view, name, int(p[name]))
        counts = {"code": "size_code", "lineinfo": "size_lineinfo", "k": "size_k", "p": "size_p",
                  "upvalues": "size_upvalue_names", "locvars": "size_locvars"}
        arrays = {name: name for name in counts}
        arrays["upvalues"] = "upvalue_names"
        self.fill_proto(view, {name: int(p[field]) for name, field in counts.items()},
                        {name: int(p[field]) for name, field in arrays.items()})
        if int(p["size_exec"]) != 0:  # else no executable form yet
            view.executable = int(p["exec"])
            try:
                view.words = u64s(view.executable, int(p["size_exec"]))
            except Unreadable as why:
                view.damage["executable form"] = said(why)
        return view

    # ---- The executable form ----------------------------------------------------------------

    def handler_name(self, number):
        if self.handlers is None:
            self.handlers = {field.enumval: field.name[2:] for field in self.type("Handler").fields()}
        return self.handlers.get(number, f"handler {number}")

    def word_text(self, word):
        """One executable instruction: its handler and fields."""
        name = self.handler_name(word & 0xFF)
        a, x, d = word >> 8 & 0xFF, word >> 16 & 0xFFFF, word >> 32
        if name in WITH_D:
            return f"{name} A={a} X={x} D={d - (1 << 32) if d >> 31 else d}"
        return f"{name} A={a} X={x} B={d & 0xFFFF} C={d >> 16}"

    def handler_address(self, L, word):
        """Where the code of that instruction's handler begins, as the program has it now: hooks and budgets stand
        before all handlers while they last."""
        return int(L["g"]["dispatch"][word & 0xFF])

    def own_handler(self, word):
        """The same without what may stand before it."""
        return int(self.handler_table()[word & 0xFF])

    def handler_table(self):
        """All handlers: functions, or labels of the interpreter's function."""
        symbol = self.objfile.lookup_static_symbol("real_handlers")
        if symbol is None:
            run = self.objfile.lookup_static_symbol("run")
            block = gdb.block_for_pc(int(run.value().address)) if run is not None else ()
            symbol = next((one for one in block if one.name == "labels"), None)
        if symbol is None:
            raise Trouble("the program's table of handlers has no debug symbols")
        return symbol.value()

    # ---- Threads ----------------------------------------------------------------------------

    def is_thread(self, L):
        """Whether a lua_State, as a gdb.Value, looks like one."""
        return (KINDS.get(int(L["tt"])) == "thread" and
                KINDS.get(int(L["g"]["main_thread"]["tt"])) == "thread")

    def thread(self, address):
        L = self.at("lua_State", address)
        return ThreadView(address, int(L["status"]), int(L["g"]["main_thread"]) == address,
                          self.count_calls(L),
                          int(L["top"]), int(L["base_ci"]["base"]),
                          self.value(int(L["globals"]["bits"])))

    def calls(self, address):
        """The calls of a thread, the innermost first."""
        L = self.at("lua_State", address)
        for at in self.call_addresses(L):
            ci = self.at("CallInfo", at)
            yield Call(at, int(ci["func"]), int(ci["base"]), int(ci["top"]),
                       Value(self, "function", int(ci["callee"])), int(ci["pc"]),
                       int(ci["tailcalls"]), bool(int(ci["flags"]) & CALL_FRESH))

    def saved_index(self, L, call, proto, is_top):
        """Index of the instruction that a suspended frame executes; None if it cannot be."""
        del L, is_top
        offset = call.saved - proto.executable
        if proto.executable and offset % 8 == 0 and 0 <= offset // 8 <= len(proto.words):
            return offset // 8 - 1
        return None

    def code_address(self, proto):
        """Where program counters point, and its size in instructions."""
        return proto.executable, len(proto.words)

    # ---- The heap ---------------------------------------------------------------------------

    def objects(self, address, kind):
        """The addresses of all objects of a kind ("proto", "thread"), seen from any thread."""
        wanted = next(number for number, name in KINDS.items() if name == kind)
        g = self.at("lua_State", address)["g"].dereference()
        yield from walk(int(g["objects"]), wanted, self.type("GCObject"))


def walk(address, wanted, header):
    """The objects of kind `wanted` in a list linked by the header's `next`."""
    offset = next(field.bitpos // 8 for field in header.fields() if field.name == "tt")
    inferior = gdb.selected_inferior()
    for _ in range(1 << 22):
        if address == 0:
            return
        try:
            raw = bytes(inferior.read_memory(address, offset + 1))
        except gdb.error:
            return
        if raw[offset] == wanted:
            yield address
        address = int.from_bytes(raw[:8], "little")
