"""frames -- threads and the calls in them: which is running, and where each of them is.

The VM keeps the position of the running function in a register and saves it only where something can
look.  So for the innermost call it is taken from the C frame of the interpreter: by the debug
symbols, else from whichever register points into the function's code.
"""
import gdb

from luagdb import bytecode, layouts, text
from luagdb.memory import Trouble, Unreadable, guarded, said

LUA_YIELD = 1


class Level:
    """One call of a thread, with what is known about it."""

    def __init__(self, thread, number, call):
        # number: as the user gives it; index: of the current instruction, None if unknown
        self.thread, self.number, self.call = thread, number, call
        self.layout = thread.layout
        self.proto, self.entry, self.index, self.is_sure = None, 0, None, True
        self.called = None  # (kind, name) by which the caller knows it
        self.damage = None  # why nothing else is known

    def is_lua(self):
        return self.proto is not None

    def line(self):
        return self.proto.line(self.index) if self.index is not None else 0

    def where(self):
        """`a.lua:2 in function 'step' <a.lua:1>`, or the like for C."""
        if self.damage:
            return f"<unreadable call: {self.damage}>"
        name = f"function '{self.called[1]}'" if self.called else None
        if not self.is_lua():
            return f"[C] in {name or 'function ?'} = {text.c_place(self.entry)}"
        line = self.line() if self.line() > 0 else "?"
        place = f"{self.proto.chunk()}:{line}"
        if not self.is_sure and self.index is not None:
            place += " (as last saved)"
        if self.proto.linedefined == 0:
            return f"{place} in main chunk"
        return f"{place} in {name or 'function'} <{self.proto.place()}>"


class Thread:
    """A lua_State; its calls are read when asked for."""

    def __init__(self, layout, address):
        self.layout, self.address = layout, address

    def view(self):
        return self.layout.thread(self.address)

    def describe(self):
        view = self.view()
        if view.is_main:
            return f"main thread: {self.address:#x}"
        if view.status == 0:
            status = "active" if view.ncalls > 0 else \
                "not started" if view.top > view.base else "finished"
        else:
            status = "suspended" if view.status == LUA_YIELD else "ended by an error"
        return f"thread: {self.address:#x} ({status})"

    def levels(self):
        """The calls from the innermost."""
        inner = None
        for number, call in enumerate(self.layout.calls(self.address)):
            level = Level(self, number, call)
            try:
                self.complete(level)
            except (gdb.error, Unreadable) as damage:
                level.damage = said(damage)
            if inner is not None:
                self.name(inner, level)
                yield inner
            inner = level
        if inner is not None:
            yield inner

    def level(self, number):
        for level in self.levels():
            if level.number == number:
                if level.damage:
                    raise Trouble(f"level {number}: {level.where()}")
                return level
        raise Trouble(f"no call at level {number}")

    def innermost(self):
        """The innermost Lua call; None if there is none.  One that cannot be read might be it."""
        for level in self.levels():
            if level.damage:
                raise Trouble(f"level {level.number}: {level.where()}; name another level")
            if level.is_lua():
                return level
        return None

    def complete(self, level):
        """Fill in function and position."""
        if level.call.function.kind != "function":
            raise Unreadable(f"function: {text.short(level.call.function)}")
        function = self.layout.function(level.call.function.payload)
        if not function.proto:
            level.entry = function.entry
            return
        level.proto = self.layout.proto(function.proto)
        if "code" in level.proto.damage:
            level.proto = None
            raise Unreadable(f"code of the prototype at {function.proto:#x}")
        if level.number == 0:
            level.index = running_index(self, level)
            if level.index is not None:
                return
            level.is_sure = False
        saved = self.layout.saved_index(self.address, level.call, level.proto, level.number == 0)
        level.index = None if saved is None else max(saved, 0)  # -1: about to begin

    @staticmethod
    def name(inner, outer):
        """How the caller knows the function: only Lua code tells, and a tail call hides it."""
        if inner.damage or not outer.is_lua() or outer.index is None or (inner.is_lua() and inner.call.tailcalls):
            return
        try:
            inner.called = bytecode.called_name(outer.proto, outer.index)
        except (Unreadable, gdb.error):
            inner.called = None


# ---- The C stack -------------------------------------------------------------------------------


def c_frames(frame):
    """The C frames from `frame` outwards; a damaged stack just ends."""
    for _ in range(100000):
        if frame is None:
            return
        yield frame
        try:
            frame = frame.older()
        except gdb.error:
            return


def newest():
    try:
        return gdb.newest_frame()
    except gdb.error:
        return None


def variable(frame, name):
    """A variable of a C frame as a gdb.Value; None if absent or optimised out."""
    try:
        value = frame.read_var(name)
        return None if value.is_optimized_out else value
    except (gdb.error, ValueError, RuntimeError):
        return None


def thread_of(frame):
    """The Lua thread that a C frame has as its `L`, or None."""
    value = variable(frame, "L")
    if value is None or value.type.strip_typedefs().code != gdb.TYPE_CODE_PTR:
        return None
    # What unwinding makes of a register may be anything: it must look like a thread.
    layout = layouts.of_thread(int(value), value.type)
    return Thread(layout, int(value)) if layout is not None else None


def executes(layout, frame):
    """Whether a C frame is the interpreter's loop of that VM."""
    name = frame.name() or ""
    if name not in layout.executors and not name.startswith(layout.executor_prefixes):
        return False
    function = frame.function()
    return layout.name == "lua5.1" or function is None or "/vm/" in function.symtab.filename


def running_index(thread, level):
    """The current instruction of the innermost call, from the interpreter's C frame; None."""
    layout = thread.layout
    if arrival is not None and arrival == (layout, level.proto.address, arrival[2], where()):
        return arrival[2]
    if layout.code_address(level.proto)[0] == 0:
        return 0  # no executable form yet: about to run the first instruction
    for frame in c_frames(newest()):
        if not executes(layout, frame):
            continue
        owner = thread_of(frame)
        if owner is not None and owner.address != thread.address:
            continue
        pc, base = variable(frame, "pc"), variable(frame, "base")
        candidates = [int(pc)] if pc is not None else registers(frame)
        is_other = base is not None and int(base) != level.call.base and is_on_stack(thread, int(base))
        if not is_other:
            for value in candidates:
                index = index_of(value, level.proto)
                if index is not None:
                    return index
        return 0 if is_being_called(thread, level, candidates) else None
    return None


def index_of(pc, proto):
    """Index of the instruction before the address `pc` in a function's code, 0 at its very start; None if
    it is elsewhere."""
    start, count = proto.layout.code_address(proto)
    offset, step = pc - start, proto.layout.code_step
    is_inside = offset % step == 0 and 0 <= offset // step <= count
    return max(0, offset // step - 1) if is_inside else None


def is_being_called(thread, level, candidates):
    """Whether the interpreter is still in the code of the calling function, and this one about to begin."""
    caller = next((outer for inner, outer in pairs(thread.layout.calls(thread.address))
                   if inner.address == level.call.address), None)
    if caller is None or caller.function.kind != "function":
        return False
    function = thread.layout.function(caller.function.payload)
    if not function.proto or function.proto == level.proto.address:
        return False
    proto = thread.layout.proto(function.proto)
    return any(index_of(value, proto) is not None for value in candidates)


arrival = None  # where a watchpoint has stopped the program, in terms of Lua


def arrived(layout, proto, index):
    """The machine has just fetched that instruction; symbols may show the one before as the current."""
    global arrival
    arrival = (layout, proto, index, where())


def where():
    """What changes as soon as the program moves."""
    frame = gdb.newest_frame()
    return frame.pc(), int(frame.read_register("sp"))


def is_on_stack(thread, address):
    """Whether that may be an address in the thread's stack.  What symbols say of a register that a called
    function has changed is anything."""
    L = thread.layout.at("lua_State", thread.address)
    return int(L["stack"]) <= address <= int(L["stack_last"])


def registers(frame):
    values = []
    for register in frame.architecture().registers("general"):
        try:
            value = frame.read_register(register.name)
            if not value.is_optimized_out and value.type.sizeof == 8:
                values.append(int(value) & (1 << 64) - 1)
        except (gdb.error, ValueError):
            continue
    return values


# ---- Which thread --------------------------------------------------------------------------------

chosen = None  # by lua-thread, until the program runs


def choose(thread):
    global chosen
    chosen = thread


def forget(_event):
    choose(None)


def current():
    """The thread that commands speak about: the chosen one, else the one that the selected C frame
    works for."""
    if chosen is not None:
        return chosen
    try:
        frame = gdb.selected_frame()
    except gdb.error:
        raise Trouble("the program is not running: use run, or a core file") from None
    for at in c_frames(frame):
        thread = thread_of(at)
        if thread is not None:
            return thread
    layouts.only()  # says so if there is no VM at all
    raise Trouble("no C frame here knows a Lua thread: try `up`, or lua-thread EXPRESSION")


# ---- Variables -----------------------------------------------------------------------------------


def variables(level):
    """(name, value) of what a call can see in its frame: locals and extra arguments, or the arguments
    of a C function."""
    layout, call, size = level.layout, level.call, level.layout.value_size
    if not level.is_lua():
        end = level.thread.view().top if level.number == 0 else None
        if end is None:
            end = next((inner.func for inner, outer in
                        pairs(layout.calls(level.thread.address)) if outer.address == call.address),
                       call.base)
        count = min(max(0, (end - call.base) // size), 250)
        return [(f"[{n + 1}]", call.base + n * size) for n in range(count)]
    index = 0 if level.index is None or level.index < 0 else level.index
    names = bytecode.active_locals(level.proto, index)
    found = [(name, call.base + n * size) for n, name in enumerate(names)]
    if level.proto.is_vararg & 2:
        nextra = (call.base - call.func) // size - 1 - level.proto.numparams
        first = call.func + (1 + level.proto.numparams) * size
        found += [(f"...[{n + 1}]", first + n * size) for n in range(min(max(0, nextra), 250))]
    return found


def pairs(items):
    inner = None
    for item in items:
        if inner is not None:
            yield inner, item
        inner = item


def upvalues(layout, address):
    """(name, address of the value) of a function's upvalues."""
    view = layout.function(address)
    names = layout.proto(view.proto).upvalue_names if view.proto else []
    return [(names[n] if n < len(names) else f"[{n + 1}]", at)
            for n, at in enumerate(view.upvalues)]


def shown(layout, address, limit=200):
    """The value at an address, on a line."""
    return guarded(lambda: text.short(layout.value_at(address), limit))
