"""commands -- what the user types: lua-bt, lua-locals, lua-upvalues, lua-table, lua-proto, lua-list,
lua-globals, lua-value, lua-thread."""
import fnmatch
import os

import gdb

from luagdb import bytecode, evaluate, frames, layouts, text
from luagdb.memory import Trouble, Unreadable, guarded, said

MAX_ENTRIES = 200
MAX_LINES = 1000  # of one kind; a damaged count may ask for millions


def emit(line):
    gdb.write(line + "\n")


class Command(gdb.Command):
    """A command whose help is its docstring; `run` gets the argument and may raise."""

    name = ""

    def __init__(self):
        super().__init__(self.name, gdb.COMMAND_STACK, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, _from_tty):
        try:
            self.run(argument.strip())
        except Trouble as why:
            raise gdb.GdbError(f"{self.name}: {why}") from None
        except (Unreadable, gdb.error) as damage:
            raise gdb.GdbError(f"{self.name}: <unreadable {said(damage)}>") from None
        except KeyboardInterrupt:
            raise gdb.GdbError(f"{self.name}: interrupted") from None

    def run(self, argument):
        raise NotImplementedError


class Backtrace(Command):
    """lua-bt [-c] [THREAD] -- the Lua calls in progress, the innermost first.
Each line is a Lua or C function that Lua code called, with its place and the name by which its caller
knows it.  -c: the C frames between them too.  THREAD: an expression for another coroutine than the
current one."""

    name = "lua-bt"

    def run(self, argument):
        with_c = argument.split()[:1] == ["-c"]
        if with_c:
            argument = argument[2:]
        thread = evaluate.a_thread(argument)
        if with_c:
            interleaved(thread)
            return
        view = thread.view()
        if not view.is_main:
            emit(thread.describe())
        show_levels(thread.levels(), None)


def show_levels(levels, stop):
    """Print calls up to one for which `stop` holds.  Whether there was one."""
    for level in levels:
        emit(f"#{level.number:<3}" + guarded(level.where))
        if level.is_lua() and level.call.tailcalls > 0:
            emit(f"    (after {level.call.tailcalls} tail call"
                 + ("s)" if level.call.tailcalls > 1 else ")"))
        if stop is not None and stop(level):
            return True
    return False


def interleaved(thread):
    """The C stack with the Lua calls in place of the interpreter's frames."""
    layout, pending = thread.layout, {thread.address: thread.levels()}  # threads -> calls not printed yet
    owner, is_inside = thread, False
    for frame in frames.c_frames(frames.newest()):
        if not frames.executes(layout, frame):
            is_inside = False
            if frame.name() == "lua_resume":  # all that the thread does is in there
                resumed = frames.thread_of(frame)
                show_levels(pending.get(resumed.address, ()) if resumed else (), None)
            if not is_internal(frame):
                emit("    " + c_line(frame))
            continue
        if is_inside:  # handlers, and what they are inlined into, are one interpreter
            continue
        is_inside = True
        owner = next(filter(None, map(frames.thread_of, frames.c_frames(frame))), owner)
        calls = pending.setdefault(owner.address, owner.levels())
        show_levels(calls, last_call(frame))
    for calls in pending.values():
        show_levels(calls, None)


def last_call(frame):
    """A test for the call below which the C stack goes on: the one that an interpreter's C frame
    was entered for."""
    count = frames.variable(frame, "nexeccalls")  # the reference counts them
    seen = 0

    def is_last(level):
        nonlocal seen
        seen += level.is_lua()
        return level.is_lua() and (level.call.fresh or (count is not None and seen >= int(count)))
    return is_last


def is_internal(frame):
    """C frames that say nothing about a Lua program: those of the VM's innermost parts."""
    table = frame.find_sal().symtab
    if table is None or (frame.name() or "").startswith("lua_"):
        return False
    return os.path.basename(table.filename) in ("ldo.c", "lvm.c") or any(
        part in table.filename for part in ("/api/", "/vm/", "/heap/"))


def c_line(frame):
    sal = frame.find_sal()
    place = f" at {sal.symtab.filename}:{sal.line}" if sal.symtab is not None else ""
    return f"{frame.name() or '??'} (){place}"


class Locals(Command):
    """lua-locals [LEVEL] -- the local variables of a Lua call, or the arguments of a C function.
LEVEL is a number that lua-bt shows; without it: the innermost Lua call."""

    name = "lua-locals"

    def run(self, argument):
        level = evaluate.level(argument)
        found = frames.variables(level)
        for name, address in found:
            emit(f"{name} = {frames.shown(level.layout, address)}")
        if level.is_lua() and "locals" in level.proto.damage:
            emit(f"<unreadable locals: {level.proto.damage['locals']}>")
        elif not found:
            emit("No locals." if level.is_lua() else "No arguments.")


class Upvalues(Command):
    """lua-upvalues [LEVEL | FUNCTION] -- the upvalues of a function, with their values.
Without an argument: those of the innermost Lua call."""

    name = "lua-upvalues"

    def run(self, argument):
        if argument and not evaluate.is_level(argument):
            function = evaluate.value(argument)
        else:
            function = evaluate.level(argument).call.function
        if function.kind != "function":
            raise Trouble(f"{argument} is no function but {function.kind}")
        found = frames.upvalues(function.layout, function.payload)
        for name, address in found:
            emit(f"{name} = {frames.shown(function.layout, address)}")
        if not found:
            emit("No upvalues.")


class Table(Command):
    """lua-table EXPRESSION -- the entries of a table, in the order of `next`, at most 200 of them."""

    name = "lua-table"

    def run(self, argument):
        table = evaluate.value(argument)
        if table.kind != "table":
            raise Trouble(f"{argument} is no table but {table.kind}")
        emit(text.full(table))
        show_entries(table, lambda key: True)


def show_entries(table, wanted):
    count = 0
    for key, value in table.layout.entries(table.payload):
        if not wanted(key):
            continue
        count += 1
        if count > MAX_ENTRIES:
            emit(f"  ... (more than {MAX_ENTRIES})")
            break
        emit(f"  {text.key(key)} = {text.short(value)}")
    return count


class Globals(Command):
    """lua-globals [PATTERN] -- the global variables of the current thread, by name.
PATTERN: only names like that (`*` and `?`)."""

    name = "lua-globals"

    def run(self, argument):
        globals_table = frames.current().view().globals
        layout, found = globals_table.layout, []
        if globals_table.kind != "table":
            raise Trouble("the globals are no table but " + text.short(globals_table))
        for key, value in layout.entries(globals_table.payload):
            name = layout.text(key.payload, 200) if key.kind == "string" else text.key(key)
            if fnmatch.fnmatchcase(name, argument or "*"):
                found.append((name, value))
        for name, value in sorted(found, key=lambda pair: pair[0]):
            emit(f"{name} = {text.short(value)}")
        if not found:
            emit("No such globals." if argument else "No globals.")


class ShowValue(Command):
    """lua-value EXPRESSION -- a Lua value: what it is and what it holds.
EXPRESSION is a Lua variable of the current call with fields (t.name, t[1]["x"]), else a C expression of
a VM type or the address of an object."""

    name = "lua-value"

    def run(self, argument):
        emit(text.full(evaluate.value(argument)))


class ShowProto(Command):
    """lua-proto [LEVEL | EXPRESSION] -- a compiled function: constants, locals, upvalues, functions in it.
Without an argument: that of the innermost Lua call."""

    name = "lua-proto"

    def run(self, argument):
        proto, _index = evaluate.prototype(argument)
        dots = "+" if proto.is_vararg else ""
        emit(f"prototype: {proto.address:#x} <{proto.place()}>, lines {proto.linedefined} to "
             f"{proto.lastlinedefined}")
        emit(f"  {len(proto.code)} instructions, {proto.numparams}{dots} parameters, "
             f"{proto.maxstack} registers, {proto.nups} upvalues"
             + (", stripped" if not proto.lineinfo else ""))
        emit_some(range(proto.nconstants),
                  lambda n: f"  constant {n + 1} = {bytecode.constant(proto, n)}")
        emit_some(proto.locals,
                  lambda one: f"  local {one.name}: instructions {one.start + 1} to {one.end}")
        emit_some(proto.upvalue_names, lambda name: f"  upvalue {name}")
        emit_some(proto.protos, lambda inner: "  function " + guarded(
            lambda: f"<{proto.layout.proto(inner).place()}>"))
        show_damage(proto)


def emit_some(items, line):
    """A line for each, but not for millions."""
    for item in items[:MAX_LINES]:
        emit(line(item))
    if len(items) > MAX_LINES:
        emit(f"  ... ({len(items) - MAX_LINES} more)")


def show_damage(proto):
    for part, why in proto.damage.items():
        emit(f"  <unreadable {part}: {why}>")


class List(Command):
    """lua-list [LEVEL | EXPRESSION] -- the bytecode of a function, as `luac -l` lists it.
`=>` marks the instruction that runs, or that the call returns to; behind `|` is the executable form.
Of a very long function: a thousand instructions around that one.
Without an argument: the innermost Lua call."""

    name = "lua-list"

    def run(self, argument):
        proto, current = evaluate.prototype(argument)
        kind = "main chunk" if proto.linedefined == 0 else "function"
        emit(f"{kind} <{proto.place()}>, {len(proto.code)} instructions at {proto.address:#x}")
        data_until = -1
        first = max(0, min((current or 0) - MAX_LINES // 2, len(proto.code) - MAX_LINES))
        for index, word in list(enumerate(proto.code))[first:first + MAX_LINES]:
            mark = "=>" if index == current else "  "
            line = f"[{proto.line(index)}]" if proto.line(index) > 0 else "[-]"
            if index <= data_until:
                emit(f"{mark}{index + 1:4} {line:6} data {word:#x}")
                continue
            data_until = index + guarded_count(proto, index)
            f = bytecode.fields(word)
            said = bytecode.comment(proto, index)
            shown = f"{f.op.name:9} {bytecode.operands(word):12}" + (f" ; {said}" if said else "")
            if index < len(proto.words):
                shown = f"{shown:50} | {proto.layout.word_text(proto.words[index])}"
            emit(f"{mark}{index + 1:4} {line:6} {shown.rstrip()}")
        show_damage(proto)


def guarded_count(proto, index):
    count = guarded(bytecode.nextra, proto, index)
    return count if isinstance(count, int) else 0


class ShowThreads(Command):
    """lua-thread [EXPRESSION] -- choose the thread that the other commands speak about.
Until the program runs again.  Without an argument: list all threads; `*` marks the current one."""

    name = "lua-thread"

    def run(self, argument):
        if argument:
            frames.choose(evaluate.a_thread(argument))
            emit(frames.current().describe())
            return
        here = frames.current()
        found = [here.address] + [at for at in here.layout.objects(here.address, "thread")
                                  if at != here.address]
        main = [at for at in found if here.layout.thread(at).is_main]
        for at in main + [at for at in found if at not in main]:
            thread = frames.Thread(here.layout, at)
            emit(("* " if at == here.address else "  ") + guarded(thread.describe))


def register():
    for command in (Backtrace, Locals, Upvalues, Table, Globals, ShowValue, ShowProto, List,
                    ShowThreads):
        command()
    gdb.events.cont.connect(frames.forget)
    gdb.events.exited.connect(frames.forget)
    gdb.events.new_objfile.connect(layouts.forget)
    gdb.events.clear_objfiles.connect(layouts.forget)
