"""puc -- the layout of the reference, lua5.1 5.1.5, by the debug symbols of liblua5.1-0-dbg.

Fields are found by the names that the symbols give them; sizes and positions are never assumed.
"""
import struct

from luagdb.layouts import (Call, FunctionView, Layout, ProtoView, TableView,
                            ThreadView, Value)
from luagdb.memory import Unreadable, read
from luagdb.parallax import walk

# The LUA_T... numbers of values, and those of objects that are no values.
KINDS = {0: "nil", 1: "boolean", 2: "light", 3: "number", 4: "string", 5: "table", 6: "function",
         7: "userdata", 8: "thread", 9: "proto", 10: "upvalue", 11: "deadkey"}


class Puc(Layout):
    """See Layout."""

    name = "lua5.1"
    mark = "l_G"  # a field of lua_State that the other VM has not
    executors = executor_prefixes = ("luaV_execute",)
    code_step = 4

    @property
    def value_size(self):
        return self.size("lua_TValue")

    # ---- Values -----------------------------------------------------------------------------

    def value(self, raw):
        """The value whose bytes are `raw`: a union, then the type."""
        kind = KINDS.get(int.from_bytes(raw[8:12], "little", signed=True))
        word = int.from_bytes(raw[:8], "little")
        if kind is None:
            return Value(self, "odd", f"{word:#018x}, type {int.from_bytes(raw[8:12], 'little')}")
        if kind == "number":
            return Value(self, kind, struct.unpack("<d", raw[:8])[0])
        if kind == "boolean":
            return Value(self, kind, word & 0xFFFFFFFF != 0)
        return Value(self, kind, None if kind == "nil" else word)

    def value_at(self, address):
        return self.value(read(address, 12))

    def from_c(self, value):
        """The value that a C value of one of the VM's types stands for; None: no such type."""
        bare = value.type.strip_typedefs()
        tag = bare.tag or value.type.name
        if tag in ("lua_TValue", "TKey", "Node"):
            return self.value_at(int(value.address))
        if tag in ("TString", "Table", "Closure", "LClosure", "CClosure", "Udata", "lua_State",
                   "Proto", "GCObject", "UpVal"):
            return self.object(int(value.address))
        return None

    def object(self, address):
        kind = int(self.at("GCheader", address)["tt"])
        if KINDS.get(kind) in (None, "nil", "boolean", "light", "number", "deadkey"):
            raise Unreadable(f"object at {address:#x}: kind {kind}")
        return Value(self, KINDS[kind], address)

    # ---- Objects ----------------------------------------------------------------------------

    def string(self, address, limit):
        length = int(self.at("TString", address)["tsv"]["len"])
        return read(address + self.size("TString"), min(length, limit)), length

    def userdata(self, address):
        box = self.at("Udata", address)["uv"]
        return address + self.size("Udata"), int(box["len"]), int(box["metatable"])

    def table(self, address):
        table = self.at("Table", address)
        nodes = 0
        if int(table["node"]) != self.empty_node():
            nodes = 1 << int(table["lsizenode"])
        return TableView(int(table["sizearray"]), nodes, int(table["metatable"]))

    def empty_node(self):
        symbol = self.objfile.lookup_static_symbol("dummynode_")
        return int(symbol.value().address) if symbol is not None else 0

    def entries(self, address):
        view, table = self.table(address), self.at("Table", address)
        size = self.value_size
        raw = read(int(table["array"]), view.narray * size)
        for index in range(view.narray):
            value = self.value(raw[index * size:][:size])
            if value.kind != "nil":
                yield Value(self, "number", float(index + 1)), value
        step = self.size("Node")
        raw = read(int(table["node"]), view.nnodes * step)
        for at in range(0, len(raw), step):
            value = self.value(raw[at:at + size])
            if value.kind != "nil":
                yield self.value(raw[at + size:at + 2 * size]), value

    def function(self, address):
        head = self.at("Closure", address)["c"]
        count, env = int(head["nupvalues"]), int(head["env"])
        if not int(head["isC"]):
            closure = self.at("LClosure", address)
            cells = self.pointers(int(closure["upvals"].address), count)
            values = [int(self.at("UpVal", cell)["v"]) if cell else 0 for cell in cells]
            return FunctionView(int(closure["p"]), 0, env, values)
        first = int(head["upvalue"].address)
        return FunctionView(0, int(head["f"]), env,
                            [first + self.value_size * n for n in range(count)])

    def upvalue(self, address):
        cell = self.at("UpVal", address)
        return int(cell["v"]), int(cell["v"]) != int(cell["u"]["value"].address)

    def proto(self, address):
        p = self.at("Proto", address)
        view = ProtoView(self, address)
        view.source = self.text(int(p["source"]))
        for name in ("linedefined", "lastlinedefined", "numparams", "is_vararg", "nups"):
            setattr(view, name, int(p[name]))
        view.maxstack = int(p["maxstacksize"])
        names = ("code", "lineinfo", "k", "p", "upvalues", "locvars")
        self.fill_proto(view, {name: int(p["size" + name]) for name in names},
                        {name: int(p[name]) for name in names})
        view.executable = int(p["code"])
        return view

    # ---- Threads ----------------------------------------------------------------------------

    def is_thread(self, L):
        return (KINDS.get(int(L["tt"])) == "thread" and
                KINDS.get(int(L["l_G"]["mainthread"]["tt"])) == "thread")

    def thread(self, address):
        L = self.at("lua_State", address)
        return ThreadView(address, int(L["status"]), int(L["l_G"]["mainthread"]) == address,
                          self.count_calls(L),
                          int(L["top"]), int(L["base_ci"]["base"]),
                          self.value_at(int(L["l_gt"].address)))

    def calls(self, address):
        L = self.at("lua_State", address)
        for at in self.call_addresses(L):
            ci = self.at("CallInfo", at)
            # What was called is only known from the stack, where debug.setlocal can write.
            yield Call(at, int(ci["func"]), int(ci["base"]), int(ci["top"]),
                       self.callee(int(ci["func"])), int(ci["savedpc"]),
                       int(ci["tailcalls"]), False)

    def callee(self, func):
        try:
            return self.value_at(func)
        except Unreadable as damage:
            return Value(self, "odd", f"unreadable {damage}")

    def saved_index(self, L, call, proto, is_top):
        saved = int(self.at("lua_State", L)["savedpc"]) if is_top else call.saved
        offset = saved - proto.executable
        if offset % 4 == 0 and 0 <= offset // 4 <= len(proto.code):
            return offset // 4 - 1
        return None

    def code_address(self, proto):
        return proto.executable, len(proto.code)

    # ---- The heap ---------------------------------------------------------------------------

    def objects(self, address, kind):
        wanted = next(number for number, name in KINDS.items() if name == kind)
        g = self.at("lua_State", address)["l_G"].dereference()
        yield from walk(int(g["rootgc"]), wanted, self.type("GCheader"))
