"""printers -- what `print` shows for the types of a VM: one line of sense in place of raw fields.

`print/r` shows the fields.
"""
import gdb
import gdb.printing

from luagdb import bytecode, layouts, text
from luagdb.memory import Unreadable, guarded, said


class OneLine:
    """A printer whose whole answer is a line."""

    def __init__(self, layout, value, make):
        self.layout, self.value, self.make = layout, value, make

    def to_string(self):
        return guarded(self.make, self.layout, self.value)


class TablePrinter:
    """A table as a map."""

    def __init__(self, layout, value):
        self.layout, self.address = layout, int(value.address)

    def to_string(self):
        return guarded(lambda: f"table: {self.address:#x} "
                               f"({text.table_size(self.layout, self.address)})")

    @staticmethod
    def display_hint():
        return "map"

    def children(self):
        try:
            for number, (key, value) in enumerate(self.layout.entries(self.address)):
                yield f"key {number}", text.short(key)
                yield f"value {number}", text.short(value)
        except (gdb.error, Unreadable) as damage:
            yield "damage", "entries"
            yield "what", f"<unreadable {said(damage)}>"


def lua_value(layout, value):
    found = layout.from_c(value)
    return text.full(found) if found.kind != "table" else text.short(found)


def node(layout, value):
    if layout.name == "Parallax":
        key = layout.value(int(value["key"]["bits"]))
    else:
        key = layout.value_at(int(value["i_key"]["tvk"].address))
    return f"{text.key(key)} = {text.short(layout.from_c(value))}"


def proto(layout, value):
    view = layout.proto(int(value.address))
    return (f"prototype <{view.place()}>, {len(view.code)} instructions, {view.nconstants} "
            f"constants, {len(view.protos)} functions")


def closure(layout, value):
    address = int(value.address)
    view = layout.function(address)
    kind = "Lua" if view.proto else "C"
    return (f"{kind} function: {address:#x} {text.function(layout, address)}, "
            f"{len(view.upvalues)} upvalues")


def thread(layout, value):
    from luagdb.frames import Thread
    found = Thread(layout, int(value.address))
    return f"{found.describe()}, {found.view().ncalls} calls"


def call(layout, value):
    kind = layout.value_at(int(value["func"]))
    if layout.name == "Parallax":
        callee = int(value["callee"])
        if callee == 0:
            return "base frame"
        kind = layout.object(callee)
    registers = (int(value["top"]) - int(value["base"])) // layout.value_size
    return f"call of {text.short(kind)}, {registers} registers, {int(value['nresults'])} results"


def shared(layout, value):
    strings = value["strings"]["nstrings"] if layout.name == "Parallax" else value["strt"]["nuse"]
    total = value["total_bytes"] if layout.name == "Parallax" else value["totalbytes"]
    return f"state: {int(value.address):#x}, {int(total)} bytes, {int(strings)} strings"


def string_table(layout, value):
    if layout.name == "Parallax":
        return f"{int(value['nstrings'])} strings in {int(value['nbuckets'])} buckets"
    return f"{int(value['nuse'])} strings in {int(value['size'])} buckets"


def local_variable(layout, value):
    name = value["name"]["ref"] if layout.name == "Parallax" else value["varname"]
    return (f"local {layout.text(int(name))}: instructions {int(value['startpc']) + 1} to "
            f"{int(value['endpc'])}")


def roots(layout, value):
    held = [layout.object(int(value["object"][n])) for n in range(3) if int(value["object"][n])]
    return "roots: " + (", ".join(text.short(one) for one in held) or "none")


def reference(layout, value):
    address = int(value["ref"])
    return text.short(layout.object(address)) if address else "no object"


def is_reference(bare):
    """Whether a type is a pointer to an object in its wrapping, which has no name."""
    return bare.tag is None and bare.code == gdb.TYPE_CODE_STRUCT and bare.keys() == ["ref"]


# By tag; both VMs use the field's words, and the layout knows which of them a type is of.
BY_TAG = {
    "TValue": lua_value, "lua_TValue": lua_value, "Slot": lua_value, "TString": lua_value,
    "Udata": lua_value, "UpVal": lua_value, "GCObject": lua_value, "TKey": lua_value,
    "Node": node, "Proto": proto, "Closure": closure, "LClosure": closure, "CClosure": closure,
    "lua_State": thread, "CallInfo": call, "global_State": shared, "StringTable": string_table,
    "stringtable": string_table, "LocVar": local_variable, "Roots": roots,
}


def instruction(_layout, value):
    return bytecode.instruction(int(value.cast(gdb.lookup_type("unsigned int"))))


def word(layout, value):
    return layout.word_text(int(value.cast(gdb.lookup_type("unsigned long"))))


def find(value):
    """The printer for a value, or None.  Called for every value that gdb prints: must be quick."""
    name = value.type.unqualified().name
    if name in ("Instruction", "Word"):
        # A typedef of an integer keeps no object file: the program's VM is meant.
        found = layouts.every()
        if not found or (name == "Word" and found[0].name != "Parallax"):
            return None
        return OneLine(found[0], value, instruction if name == "Instruction" else word)
    bare = value.type.strip_typedefs()
    if bare.code not in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
        return None
    if is_reference(bare):
        layout = layouts.of_type(bare)
        return OneLine(layout, value, reference) if layout is not None else None
    tag = bare.tag or name
    if tag not in BY_TAG and tag != "Table":
        return None
    layout = layouts.of_type(bare)
    if layout is None or (value.address is None and tag not in ("TValue", "Slot")):
        return None
    if tag == "lua_State":
        layout = layouts.of_thread(int(value.address), bare) or layout
    if tag == "Table":
        return TablePrinter(layout, value)
    return OneLine(layout, value, BY_TAG[tag])


class Printers(gdb.printing.PrettyPrinter):
    """All of them, as `info pretty-printer` lists them."""

    def __init__(self):
        super().__init__("lua")

    def __call__(self, value):
        return find(value)


def register():
    gdb.printing.register_pretty_printer(None, Printers(), replace=True)
