"""breakpoints -- lua-break: stops where a line of a Lua file begins, at full speed in between.

Neither VM has a place of its own for each instruction where a C breakpoint could stand.  But each
fetches an instruction from its code before it runs it: a hardware watchpoint for reading on that one
word stops just there, in any build, and costs nothing elsewhere.  The processor has four.  Parallax can
do with none: its dispatch table tells where the handler of the instruction begins, and a breakpoint there
that looks at the program counter is right too, but stops gdb for a moment at each such instruction.

A function has no code to watch before it was loaded (the reference) or called (Parallax, where the first
call makes the executable form).  Breakpoints in `luaY_parser`, `luaU_undump` and `decode_proto` wait for
that; they look once a function, and never stop.
"""
import os

import gdb

from luagdb import frames, layouts
from luagdb.commands import Command, emit
from luagdb.memory import Trouble, Unreadable, said

HARDWARE_LIMIT = 4
MAX_STEPS = 40  # machine instructions from the fetch to the handler

breakpoints = {}  # number -> LuaBreakpoint
counter = 0


class Hardware(gdb.Parameter):
    """Whether lua-break may use hardware watchpoints, of which a processor has four."""

    set_doc = "Set whether lua-break may use hardware watchpoints."
    show_doc = "Show whether lua-break may use hardware watchpoints."

    def __init__(self):
        super().__init__("lua-hardware", gdb.COMMAND_BREAKPOINTS, gdb.PARAM_BOOLEAN)
        self.value = True

    def get_set_string(self):
        return ""

    def get_show_string(self, value):
        return f"lua-break may use hardware watchpoints: {value}."


hardware = Hardware()


class Place:
    """One instruction where a Lua breakpoint stops."""

    def __init__(self, owner, proto, index):
        self.owner, self.layout = owner, proto.layout
        self.proto, self.index = proto.address, index
        self.address = proto.layout.code_address(proto)[0] + index * proto.layout.code_step
        self.word = proto.words[index] if proto.words else proto.code[index]
        can_watch = hardware.value and hardware_in_use() < HARDWARE_LIMIT
        if can_watch:
            self.stop = Watch(self)
        elif self.layout.name == "Parallax":
            self.stop = HandlerStop(self)
        else:
            raise Trouble("no hardware watchpoint is left, and the reference has no other way")

    def is_alive(self):
        """Whether the function is where it was: it may have been collected since."""
        try:
            proto = self.layout.proto(self.proto)
            return self.layout.code_address(proto)[0] + self.index * self.layout.code_step == \
                self.address
        except (gdb.error, Unreadable, Trouble):
            return False


def hardware_in_use():
    kinds = (gdb.BP_HARDWARE_WATCHPOINT, gdb.BP_READ_WATCHPOINT, gdb.BP_ACCESS_WATCHPOINT)
    mine = sum(isinstance(p.stop, Watch) for b in breakpoints.values() for p in b.places)
    return mine + sum(b.type in kinds and b.number > 0 for b in gdb.breakpoints())


class Watch(gdb.Breakpoint):
    """Stops behind the fetch of an instruction; lua-arrive goes on to its handler."""

    how = "hardware"

    def __init__(self, place):
        kind = "unsigned long" if place.layout.code_step == 8 else "unsigned int"
        super().__init__(f"*({kind} *) {place.address:#x}", gdb.BP_WATCHPOINT, gdb.WP_READ, True)
        self.place, self.silent = place, True
        self.commands = f"lua-arrive {place.owner.number}"

    def stop(self):
        return self.place.is_alive()


class HandlerStop(gdb.Breakpoint):
    """Stops at the handler of an instruction when the program counter is behind that instruction."""

    how = "software"

    def __init__(self, place):
        where = place.layout.own_handler(place.word)
        super().__init__(f"*{where:#x}", gdb.BP_BREAKPOINT, gdb.WP_WRITE, True)
        self.place, self.silent = place, True
        self.commands = f"lua-arrive {place.owner.number}"

    def stop(self):
        return is_next(self.place) and self.place.is_alive()


def is_next(place):
    """Whether a handler that is just being entered is there for that instruction."""
    frame, behind = gdb.newest_frame(), place.address + place.layout.code_step
    pc = frames.variable(frame, "pc")
    return int(pc) == behind if pc is not None else behind in frames.registers(frame)


class LuaBreakpoint:
    """FILE:LINE, and the places found for it."""

    def __init__(self, file, line):
        global counter
        counter += 1
        self.number, self.file, self.line = counter, file, line
        self.actual = None  # the line with code that it means
        self.places, self.hits = [], 0

    def matches(self, source):
        """Whether a chunk's name is that file: equal, or equal in its last parts."""
        if source is None or source[:1] not in ("@", "="):
            return False
        name = source[1:]
        return name == self.file or name.endswith("/" + self.file) or \
            self.file.endswith("/" + name)

    def resolve(self, protos):
        """Find the line among functions of the file, unless known already."""
        lines = {line for proto in protos for line in proto.lineinfo if line >= self.line}
        if lines:
            self.actual = min(lines) if self.actual is None else min(self.actual, *lines)

    def plant(self, proto):
        """Stop in that function, if the line is in it and there is code to watch."""
        if self.actual not in proto.lineinfo or not proto.layout.code_address(proto)[0]:
            return
        if any(place.proto == proto.address and place.is_alive() for place in self.places):
            return
        self.places.append(Place(self, proto, proto.lineinfo.index(self.actual)))

    def clear(self):
        for place in self.places:
            if place.stop.is_valid():
                place.stop.delete()
        self.places = []

    def describe(self):
        line = self.line if self.actual is None else self.actual
        if not self.places:
            return f"{self.file}:{line} (waits for code)"
        how = ", ".join(sorted({place.stop.how for place in self.places}))
        return f"{self.file}:{line} ({how})"


# ---- Waiting for code ------------------------------------------------------------------------------


class CodeHook(gdb.Breakpoint):
    """Sees a function of the VM begin to make code, and has its end watched if that code may belong to a
    Lua breakpoint.  Never stops: whatever the user does with the program goes on undisturbed."""

    def __init__(self, function):
        super().__init__(function, gdb.BP_BREAKPOINT, gdb.WP_WRITE, True)
        self.function = function

    def stop(self):
        frame = gdb.newest_frame()
        made = concerns(frame, self.function)
        caller = frame.older()
        while caller is not None and caller.type() == gdb.TAILCALL_FRAME:
            caller = caller.older()  # nothing returns to those
        if made is not None and caller is not None:
            at = caller.pc()
            if at not in returns or not returns[at].is_valid():
                returns[at] = ReturnHook(at)
            returns[at].made.append(made)
        return False


class ReturnHook(gdb.Breakpoint):
    """Where such a function returns to: now there is code."""

    def __init__(self, address):
        super().__init__(f"*{address:#x}", gdb.BP_BREAKPOINT, gdb.WP_WRITE, True)
        self.made = []

    def stop(self):
        made, self.made = self.made, []
        for layout, address in made:
            for one in breakpoints.values():
                plant_new(one, layout, address)
        return False


def plant_new(one, layout, address):
    """Give a Lua breakpoint its place in code just made: a function, or (address 0) a chunk."""
    try:
        if not address:
            look(one)
            return
        proto = layout.proto(address)
        if one.matches(proto.source):
            one.resolve(family(proto))
            one.plant(proto)
    except Trouble as why:
        emit(f"Lua breakpoint {one.number}: {why}.")
    except (gdb.error, Unreadable) as damage:
        emit(f"Lua breakpoint {one.number}: <unreadable {said(damage)}>")


returns = {}
hooks = {}


def concerns(frame, function):
    """What the VM is about to make, if that may be code of a Lua breakpoint: (layout, function's address or
    0); else None."""
    try:
        if function == "decode_proto":
            p = frames.variable(frame, "p")
            layout = layouts.of_type(p.type)
            made, source = (layout, int(p)), layout.proto(int(p)).source
        else:
            name = frames.variable(frame, "name")
            made, source = (layouts.of_type(frames.variable(frame, "L").type), 0), None
            if function == "luaU_undump":  # what a binary chunk calls itself is not known yet
                return made
            source = name.string(errors="replace")
    except (gdb.error, Unreadable, AttributeError):  # a variable that is None
        return None
    return made if any(one.matches(source) for one in breakpoints.values()) else None


def hook_code():
    """Set the hooks that the program's VMs need, or that of Parallax if no VM is known yet."""
    wanted = set()
    for layout in layouts.every():
        wanted |= {"luaY_parser", "luaU_undump"} if layout.name == "lua5.1" else {"decode_proto"}
    for function in wanted or {"decode_proto"}:
        if function not in hooks or not hooks[function].is_valid():
            hooks[function] = CodeHook(function)


def remove_hooks(some):
    for hook in some.values():
        if hook.is_valid():
            hook.delete()
    some.clear()


def protos_of(breakpoint_, thread):
    """The functions of a breakpoint's file that the heap has, as views."""
    found = []
    for address in thread.layout.objects(thread.address, "proto"):
        try:
            proto = thread.layout.proto(address)
        except (gdb.error, Unreadable):
            continue  # damaged, or still being compiled
        if breakpoint_.matches(proto.source) and proto.code:
            found.append(proto)
    return found


def look(breakpoint_):
    """Plant a breakpoint in all functions of its file that the program has."""
    try:
        thread = frames.current()
    except Trouble:
        return  # no process: the hooks will come
    found = protos_of(breakpoint_, thread)
    breakpoint_.resolve(found)
    for proto in found:
        breakpoint_.plant(proto)


# ---- Commands ------------------------------------------------------------------------------------


class Break(Command):
    """lua-break [FILE:LINE] -- stop when Lua code reaches a line; without an argument: list these stops.
A line without code means the next one with code.  The file may be loaded later.  Delete with
lua-delete."""

    name = "lua-break"

    def run(self, argument):
        if not argument:
            for number, one in sorted(breakpoints.items()):
                emit(f"{number}  {one.describe()}, hits: {one.hits}")
            if not breakpoints:
                emit("No Lua breakpoints.")
            return
        file, colon, line = argument.rpartition(":")
        if not colon or not file or not line.isdigit():
            raise Trouble("FILE:LINE is needed")
        connection = gdb.selected_inferior().connection
        if connection is not None and connection.type == "core":
            raise Trouble("a core file does not run")
        one = LuaBreakpoint(file, int(line))
        breakpoints[one.number] = one
        hook_code()
        try:
            look(one)
        except Trouble as why:
            emit(f"Not everywhere: {why}.")
        emit(f"Lua breakpoint {one.number} at {one.describe()}")


class Delete(Command):
    """lua-delete [NUMBER] -- delete a Lua breakpoint; without a number: all of them."""

    name = "lua-delete"

    def run(self, argument):
        if argument and (not argument.isdigit() or int(argument) not in breakpoints):
            raise Trouble(f"no Lua breakpoint {argument}")
        for number in [int(argument)] if argument else list(breakpoints):
            breakpoints.pop(number).clear()
        if not breakpoints:
            remove_hooks(hooks)
            remove_hooks(returns)


def unseen(command):
    """Run a command that moves the program, without a word about where it stops."""
    gdb.execute(f"with suppress-cli-notifications on -- {command}", to_string=True)


def family(proto):
    """A function and all functions in it."""
    return [proto] + [one for at in proto.protos for one in family(proto.layout.proto(at))]


class Arrive(Command):
    """lua-arrive NUMBER -- what lua-break does when its watchpoint stops: of no use by hand."""

    name = "lua-arrive"

    def run(self, argument):
        one = breakpoints.get(int(argument))
        place = one and next((p for p in one.places if p.stop.is_valid() and reach(p)), None)
        if place is None:  # the word was read for another reason
            gdb.execute("continue")
            return
        one.hits += 1
        frame = gdb.newest_frame()
        while frame.type() == gdb.INLINE_FRAME and frame.older() is not None:
            frame = frame.older()  # the interpreter's, where L and base have their names
        frame.select()
        thread = frames.current()
        level = thread.level(0)
        emit(f"Lua breakpoint {one.number}, {level.where()}")
        show_source(level)


def reach(place):
    """Step from the fetch of an instruction to where its handler begins.  Whether that was reached."""
    if isinstance(place.stop, Watch) and place.layout.name == "Parallax":
        L = place.layout.at("lua_State", frames.current().address)
        handler = place.layout.handler_address(L, place.word)
        left = MAX_STEPS
        while gdb.newest_frame().pc() != handler:
            if left == 0:
                return False
            unseen("stepi")
            left -= 1
        if not is_next(place):  # something else looked at the word, such as a hook
            return False
    frames.arrived(place.layout, place.proto, place.index)
    return True


def show_source(level):
    """The line's text, where the file is at hand: seen from where the program is, which gdb may not be."""
    path = level.proto.source[1:] if level.proto.source else ""
    path = os.path.join(f"/proc/{gdb.selected_inferior().pid}/cwd", path)
    try:
        if os.path.getsize(path) < 1 << 24:
            with open(path, encoding="utf-8", errors="backslashreplace") as file:
                lines = file.read().split("\n")
            if 0 < level.line() <= len(lines) and not lines[0].startswith("\033"):  # that is bytecode
                emit(f"{level.line()}\t{lines[level.line() - 1]}")
    except (OSError, ValueError):
        pass


def forget_places(_event):
    """The process is gone, and its addresses with it."""
    remove_hooks(returns)
    for one in breakpoints.values():
        one.clear()
        one.actual = None


def register():
    for command in (Break, Delete, Arrive):
        command()
    gdb.events.exited.connect(forget_places)
