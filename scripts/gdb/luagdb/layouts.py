"""layouts -- what the commands ask a VM for, and which VM an object file holds.

A Layout belongs to one object file, so that a process with both VMs in it shows each as what it is.
Objects are addresses; values are `Value`s, which are plain Python.
"""
import re
import struct
from collections import namedtuple

import gdb

from luagdb.memory import Trouble, Unreadable, i32s, read, said, u32s

# kind: nil boolean number string table function userdata light thread proto upvalue deadkey box odd
# payload: the bool, the float, or the address; for odd, the words as text
Value = namedtuple("Value", "layout kind payload")

# array and nodes: how many slots; metatable: address or 0
TableView = namedtuple("TableView", "narray nnodes metatable")
# proto: address, 0 for C; entry: address of the C function; upvalues: addresses of the values
FunctionView = namedtuple("FunctionView", "proto entry env upvalues")
LocalVariable = namedtuple("LocalVariable", "name start end")

# One call in progress.  saved: address of the next instruction as saved; executable and canonical
# code are both arrays with an element an instruction, so it is an index in either.
Call = namedtuple("Call", "address func base top function saved tailcalls fresh")

# status: 0, LUA_YIELD or an error; ncalls: without the base frame; base: where its values begin
ThreadView = namedtuple("ThreadView", "address status is_main ncalls top base globals")

MAX_CALLS = 25000
# Of one function, by the compiler's limits; more is damage.
MOST = {"p": 1 << 18, "upvalues": 255, "locvars": 1 << 15}
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


class ProtoView:
    """A compiled function, read as a whole."""

    def __init__(self, layout, address):
        self.layout, self.address = layout, address
        self.source = None
        self.linedefined = self.lastlinedefined = 0
        self.numparams = self.is_vararg = self.nups = self.maxstack = 0
        self.code, self.lineinfo = (), ()
        self.constants, self.nconstants = 0, 0  # address, count
        self.locals, self.upvalue_names, self.protos = [], [], ()
        self.executable, self.words = 0, ()  # what runs, and where it is
        self.damage = {}  # part -> why it could not be read

    def line(self, index):
        """The line of an instruction; 0 if stripped."""
        return self.lineinfo[index] if 0 <= index < len(self.lineinfo) else 0

    def constant(self, index):
        if not 0 <= index < self.nconstants:
            raise Unreadable(f"constant {index + 1} of {self.nconstants}")
        return self.layout.value_at(self.constants + index * self.layout.value_size)

    def chunk(self):
        """The source as messages show it."""
        source = "=?" if self.source is None else self.source
        if source[:1] in "=@":
            return source[1:]
        line = source.split("\n", 1)[0]
        cut = line if line == source and len(line) <= 40 else line[:40] + "..."
        return f'[string "{cut}"]'

    def place(self):
        return f"{self.chunk()}:{self.linedefined}"


class Layout:
    """The part that both VMs share.  `objfile` has the debug symbols."""

    name = ""
    value_size = 0

    def __init__(self, objfile):
        self.objfile = objfile
        self.types = {}

    def type(self, name):
        """The struct, union or enum of that tag, as this object file declares it."""
        if name not in self.types:
            symbol = self.objfile.lookup_static_symbol(name, gdb.SYMBOL_STRUCT_DOMAIN)
            if symbol is None:
                raise Trouble(f"{self.objfile.filename} has no debug symbols for '{name}'")
            self.types[name] = symbol.type
        return self.types[name]

    def at(self, name, address):
        """The object of type `name` at `address`, as a gdb.Value that is read when used."""
        return gdb.Value(address).cast(self.type(name).pointer()).dereference()

    def size(self, name):
        return self.type(name).sizeof

    def text(self, address, limit=1 << 16):
        """A string object's text for names and sources, with odd bytes escaped but newlines kept; None for
        NULL."""
        if address == 0:
            return None
        plain = self.string(address, limit)[0].decode("ascii", "backslashreplace")
        return CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", plain)

    def fill_proto(self, view, counts, arrays):
        """Read the arrays of a prototype, each as far as it can be read.  counts, arrays: by the names
        below."""
        def names(text):
            return self.text(text) or "?"

        def local_variables(address, count):
            size = self.size("LocVar")
            raw = read(address, count * size)
            return [LocalVariable(names(int.from_bytes(raw[at:at + 8], "little")),
                                  *struct.unpack_from("<ii", raw, at + 8))
                    for at in range(0, len(raw), size)]

        parts = {
            "code": ("code", "code", u32s),
            "lineinfo": ("lines", "lineinfo", lambda at, count: i32s(at, count if at else 0)),
            "p": ("functions", "protos", self.pointers),
            "upvalues": ("upvalue names", "upvalue_names",
                         lambda *at: [names(n) for n in self.pointers(*at)]),
            "locvars": ("locals", "locals", local_variables),
        }
        view.constants, view.nconstants = arrays["k"], counts["k"]
        for name, (part, attribute, reader) in parts.items():
            try:
                if counts[name] > MOST.get(name, 1 << 24):
                    raise Unreadable(f"count: {counts[name]}")
                setattr(view, attribute, reader(arrays[name], counts[name]))
            except (gdb.error, Unreadable) as why:
                view.damage[part] = said(why)

    @staticmethod
    def pointers(address, count):
        raw = read(address, 8 * count)
        return [int.from_bytes(raw[at:at + 8], "little") for at in range(0, len(raw), 8)]

    def call_addresses(self, L):
        """Where the CallInfos of a thread are, the innermost first, without the base frame."""
        ci, base, end = (int(L[name]) for name in ("ci", "base_ci", "end_ci"))
        size = self.size("CallInfo")
        if not base <= ci <= end or (ci - base) % size != 0 or (ci - base) // size > MAX_CALLS:
            raise Unreadable(f"calls: {ci:#x} is none of {base:#x} to {end:#x}")
        return range(ci, base, -size)

    def count_calls(self, L):
        try:
            return len(self.call_addresses(L))
        except Unreadable:
            return 0

    def find(self, table, name):
        """The value of string key `name`, by a walk that trusts no hash; None if absent."""
        wanted = name.encode()
        for key, value in self.entries(table):
            if key.kind == "string" and self.string(key.payload, len(wanted) + 1)[0] == wanted:
                return value
        return None

    def index(self, table, wanted):
        """The value at a key of whatever kind, or None."""
        if isinstance(wanted, str):
            return self.find(table, wanted)
        for key, value in self.entries(table):
            if key.kind == "number" and key.payload == wanted:
                return value
        return None


known = {}  # object file -> its layout, or None


def forget(_event):
    """Object files have come or gone."""
    for objfile in [one for one, layout in known.items() if layout is None or not one.is_valid()]:
        del known[objfile]


def of_objfile(objfile):
    """The layout of the VM in `objfile`, or None."""
    from luagdb import parallax, puc
    main = objfile.owner or objfile
    if main not in known:
        symbol = main.lookup_static_symbol("lua_State", gdb.SYMBOL_STRUCT_DOMAIN)
        fields = symbol.type.keys() if symbol and symbol.type.code == gdb.TYPE_CODE_STRUCT else ()
        kind = next((kind for kind in (parallax.Parallax, puc.Puc) if kind.mark in fields), None)
        known[main] = kind(main) if kind else None
    return known[main]


def of_type(value_type):
    """The layout that a struct or union type, or a pointer to one, belongs to; or None."""
    bare = value_type.strip_typedefs()
    while bare.code in (gdb.TYPE_CODE_PTR, gdb.TYPE_CODE_ARRAY):
        bare = bare.target().strip_typedefs()
    return of_objfile(bare.objfile) if bare.objfile is not None else None


def every():
    """The layouts of all VMs in the program."""
    found = []
    for objfile in gdb.objfiles():
        layout = of_objfile(objfile)
        if layout is not None and layout not in found:
            found.append(layout)
    return found


def of_thread(address, value_type):
    """The layout of the VM that the lua_State at `address` belongs to; None if it is none.
    Clients of the API see an incomplete type, which gdb completes from whichever VM it finds first: so
    the object itself is asked too."""
    declared = of_type(value_type)
    for layout in [declared] if declared is not None and is_thread_of(declared, address) else every():
        if is_thread_of(layout, address):
            return layout
    return None


def is_thread_of(layout, address):
    try:
        return layout.is_thread(layout.at("lua_State", address))
    except (gdb.error, Unreadable):
        return False


def only():
    """The layout of the program's only VM."""
    found = every()
    if not found:
        raise Trouble("no Lua VM with debug symbols in this program (build with -g, or install "
                      "liblua5.1-0-dbg)")
    return found[0]
