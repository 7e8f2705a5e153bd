"""evaluate -- what the argument of a command means: a Lua variable with fields, else a C expression.

    x  t.name  t[1].b["c"]      a local, an upvalue or a global of the current Lua call
    *L->top   f   0x7ffff7b72480   anything that gdb knows: a value, an object, or an object's address
Parentheses make sure that an expression is taken as C.
"""
import re

import gdb

from luagdb import frames, layouts
from luagdb.layouts import Value
from luagdb.memory import Trouble, Unreadable, said

NAME = r"[A-Za-z_]\w*"
PATH = re.compile(rf"{NAME}(?:\.{NAME}|\[(?:-?\d+|\"[^\"]*\"|'[^']*')\])*$")
STEP = re.compile(rf"\.({NAME})|\[(-?\d+)\]|\[\"([^\"]*)\"\]|\['([^']*)'\]")


def value(expression):
    """The Value of an expression; raises Trouble."""
    expression = expression.strip()
    if not expression:
        raise Trouble("an expression is needed")
    missing = None
    if PATH.match(expression):
        try:
            here = frames.current()
        except Trouble as why:
            here, missing = None, str(why)
        if here is not None:
            found = lua_path(here, expression)
            if found is not None:
                return found
            missing = f"no Lua variable '{re.match(NAME, expression).group()}' here"
    try:
        return from_c(gdb.parse_and_eval(expression), expression)
    except gdb.MemoryError as damage:
        raise Trouble(f"<unreadable {said(damage)}>") from None
    except Unreadable as damage:
        raise Trouble(f"<unreadable {said(damage)}>") from None
    except gdb.error as why:
        raise Trouble(f"{missing}; and in C: {why}" if missing else str(why)) from None


def lua_path(thread, expression):
    """The value of a variable and fields of it; None if there is no such variable."""
    name = re.match(NAME, expression).group()
    found = variable(thread, name)
    if found is None:
        return None
    at = len(name)
    while at < len(expression):
        step = STEP.match(expression, at)
        if found.kind != "table":
            raise Trouble(f"{expression[:at]} is no table but {found.kind}")
        key = float(step.group(2)) if step.group(2) else \
            step.group(1) or step.group(3) or step.group(4) or ""
        found = found.layout.index(found.payload, key) or Value(found.layout, "nil", None)
        at = step.end()
    return found


def variable(thread, name):
    """A local of the innermost Lua call, an upvalue or a global of it; None."""
    layout, environment = thread.layout, None
    level = thread.innermost()
    if level is not None:
        for shown, address in reversed(frames.variables(level)):
            if shown == name:
                return layout.value_at(address)
        for shown, address in frames.upvalues(layout, level.call.function.payload):
            if shown == name:
                return layout.value_at(address)
        environment = layout.function(level.call.function.payload).env
    if not environment:
        view = thread.view().globals
        environment = view.payload if view.kind == "table" else 0
    return layout.index(environment, name) if environment else None


def from_c(result, expression):
    """The Value that a gdb.Value stands for."""
    bare = result.type.strip_typedefs()
    if bare.code == gdb.TYPE_CODE_PTR:
        target = bare.target().strip_typedefs()
        if target.code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
            if int(result) == 0:
                raise Trouble(f"{expression} is a NULL pointer")
            result, bare = result.dereference(), target
        elif target.code == gdb.TYPE_CODE_VOID:
            return of_address(int(result))
    if bare.code == gdb.TYPE_CODE_INT:
        return of_address(int(result))
    if bare.code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
        layout = layouts.of_type(bare)
        if bare.tag == "lua_State" and result.address is not None:
            layout = layouts.of_thread(int(result.address), bare) or layout
        found = layout.from_c(result) if layout is not None else None
        if found is not None:
            return found
        if bare.code == gdb.TYPE_CODE_STRUCT and [f.name for f in bare.fields()] == ["ref"]:
            return from_c(result["ref"], expression)  # GCREF of heap objects
    raise Trouble(f"{expression} is no Lua value or object, but of C type {result.type}")


def of_address(address):
    """The heap object at a bare address."""
    try:
        layout = frames.current().layout
    except Trouble:
        layout = layouts.only()
    return layout.object(address)


def a_thread(expression):
    """The thread that an expression stands for; without one, the current thread."""
    if not expression.strip():
        return frames.current()
    found = value(expression)
    if found.kind != "thread":
        raise Trouble(f"{expression} is no thread but {found.kind}")
    return frames.Thread(found.layout, found.payload)


def is_level(word):
    return re.fullmatch(r"\d{1,6}", word) is not None


def level(word):
    """The call that a level number means; without one, the innermost Lua call."""
    here = frames.current()
    if word:
        if not is_level(word):
            raise Trouble(f"'{word}' is no level: a number of lua-bt is needed")
        return here.level(int(word))
    found = here.innermost()
    if found is None:
        raise Trouble("no Lua function is being called")
    return found


def prototype(word):
    """(prototype, current instruction or None) of a level, of a function by expression, or of the
    innermost Lua call."""
    if not word or is_level(word):
        found = level(word)
        if not found.is_lua():
            raise Trouble(f"level {found.number} is a C function: it has no bytecode")
        return found.proto, found.index
    found = value(word)
    address = found.payload if found.kind == "proto" else 0
    if found.kind == "function":
        address = found.layout.function(found.payload).proto
        if not address:
            raise Trouble(f"{word} is a C function: it has no bytecode")
    if not address:
        raise Trouble(f"{word} is no function but {found.kind}")
    proto = found.layout.proto(address)
    try:
        here = frames.current().innermost()
    except Trouble:
        here = None
    return proto, here.index if here is not None and here.proto.address == address else None
