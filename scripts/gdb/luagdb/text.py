"""text -- Lua values as text, in ASCII whatever they contain."""
import math

import gdb

from luagdb.memory import guarded

LETTERS = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 34: '\\"',
           92: "\\\\"}


def quoted(data):
    """Bytes as a Lua string literal."""
    pieces = []
    for byte in data:
        if byte in LETTERS:
            pieces.append(LETTERS[byte])
        elif 32 <= byte < 127:
            pieces.append(chr(byte))
        else:
            pieces.append(f"\\{byte:03d}")
    return '"' + "".join(pieces) + '"'


def number(n):
    """As print shows it."""
    if math.isnan(n):
        return "-nan" if math.copysign(1, n) < 0 else "nan"
    if math.isinf(n):
        return "-inf" if n < 0 else "inf"
    return "%.14g" % n


def string(value, limit):
    data, length = value.layout.string(value.payload, limit)
    return quoted(data) + (f"... ({length} bytes)" if length > len(data) else "")


def c_function(address):
    """A C function by its symbol, without its place."""
    try:
        block = gdb.block_for_pc(address)
        while block is not None and block.function is None:
            block = block.superblock
        if block is not None:
            return block.function.print_name
        symbol = gdb.execute(f"info symbol {address:#x}", to_string=True)
    except (gdb.error, RuntimeError):
        return "?"
    return "?" if symbol.startswith("No symbol") else symbol.split()[0]


def c_place(address):
    """A C function by its symbol and place."""
    try:
        line = gdb.find_pc_line(address)
    except gdb.error:
        line = None
    name = c_function(address)
    if line is None or line.symtab is None:
        return name
    return f"{name}, {line.symtab.filename}:{line.line}"


def function(layout, address):
    """What a function is: <file:line> or <symbol>."""
    view = layout.function(address)
    if view.proto:
        return f"<{layout.proto(view.proto).place()}>"
    return f"<{c_function(view.entry)}>"


def short(value, limit=200):
    """A value on one line; what cannot be read is said in it."""
    layout, kind, payload = value
    if kind in ("nil", "boolean"):
        return {None: "nil", True: "true", False: "false"}[payload]
    if kind == "number":
        return number(payload)
    if kind == "string":
        return guarded(string, value, limit)
    if kind == "function":
        return f"function: {payload:#x} " + guarded(function, layout, payload)
    if kind == "userdata":  # the address that print shows
        return guarded(lambda: f"userdata: {layout.userdata(payload)[0]:#x}")
    if kind == "light":
        return f"light userdata: {payload:#x}"
    if kind == "proto":
        return f"prototype: {payload:#x} " + guarded(lambda: f"<{layout.proto(payload).place()}>")
    if kind == "upvalue":
        return f"upvalue: {payload:#x} " + guarded(upvalue, layout, payload)
    if kind == "deadkey":
        return f"<dead key: {payload:#x}>"
    if kind == "odd":
        return f"<no Lua value: {payload}>"
    return f"{kind}: {payload:#x}"


def upvalue(layout, address):
    at, is_open = layout.upvalue(address)
    return f"{'open' if is_open else 'closed'} = {short(layout.value_at(at))}"


def table_size(layout, address):
    view = layout.table(address)
    meta = f", metatable: {view.metatable:#x}" if view.metatable else ""
    return f"array {view.narray}, nodes {view.nnodes}{meta}"


def full(value):
    """A value with what there is to say about it on one line."""
    layout, kind, payload = value
    if kind == "table":
        return f"table: {payload:#x} " + guarded(lambda: f"({table_size(layout, payload)})")
    if kind == "userdata":
        def describe():
            at, size, meta = layout.userdata(payload)
            return f"userdata: {at:#x} ({size} bytes" + (f", metatable: {meta:#x})" if meta else ")")
        return guarded(describe)
    return short(value, 1 << 16)


def key(value):
    """A key of a table, as its constructor would name it."""
    return f"[{short(value)}]"
