"""bytecode -- the canonical instructions of Lua 5.1, which both VMs have: listing, names of registers.

An instruction is 32 bits, from the lowest: OP 6 | A 8 | C 9 | B 9; Bx is B and C together.
"""
from collections import namedtuple

from luagdb import text
from luagdb.memory import guarded

Op = namedtuple("Op", "name format b c sets_a")
Fields = namedtuple("Fields", "op a b c bx sbx")

# name, format, kinds of B and C (N number, R register, K register or constant, - unused), and A if
# the instruction counts as an assignment to R(A) when a register's name is looked up.
ROWS = """
MOVE ABC R - A     LOADK ABx K - A    LOADBOOL ABC N N A LOADNIL ABC R - A  GETUPVAL ABC N - A
GETGLOBAL ABx K - A GETTABLE ABC R K A SETGLOBAL ABx K - - SETUPVAL ABC N - - SETTABLE ABC K K -
NEWTABLE ABC N N A SELF ABC R K A     ADD ABC K K A      SUB ABC K K A      MUL ABC K K A
DIV ABC K K A      MOD ABC K K A      POW ABC K K A      UNM ABC R - A      NOT ABC R - A
LEN ABC R - A      CONCAT ABC R R A   JMP AsBx R - -     EQ ABC K K -       LT ABC K K -
LE ABC K K -       TEST ABC R N A     TESTSET ABC R N A  CALL ABC N N A     TAILCALL ABC N N A
RETURN ABC N - -   FORLOOP AsBx R - A FORPREP AsBx R - A TFORLOOP ABC - N - SETLIST ABC N N -
CLOSE ABC - - -    CLOSURE ABx N - A  VARARG ABC N - A
""".split()
OPS = [Op(*ROWS[at:at + 4], ROWS[at + 4] == "A") for at in range(0, len(ROWS), 5)]
CONSTANT = 256  # the bit of an operand that is the index of a constant
ARITHMETIC = ("ADD", "SUB", "MUL", "DIV", "MOD", "POW", "EQ", "LT", "LE", "SETTABLE")
JUMPS = ("JMP", "FORLOOP", "FORPREP")


def fields(word):
    number = word & 63
    op = OPS[number] if number < len(OPS) else Op(f"op{number}", "ABC", "N", "N", False)
    bx = word >> 14
    return Fields(op, word >> 6 & 255, word >> 23, word >> 14 & 511, bx, bx - 131071)


def operands(word):
    """As `luac -l` shows them: constants are negative."""
    f = fields(word)
    shown = [f.a]
    if f.op.format == "ABC":
        for kind, operand in ((f.op.b, f.b), (f.op.c, f.c)):
            if kind != "-":
                shown.append(255 - operand if operand & CONSTANT else operand)
    elif f.op.format == "ABx":
        shown.append(-1 - f.bx if f.op.b == "K" else f.bx)
    else:
        shown = [f.sbx] if f.op.name == "JMP" else [f.a, f.sbx]
    return " ".join(str(n) for n in shown)


def instruction(word):
    return f"{fields(word).op.name} {operands(word)}"


# ---- Listing -----------------------------------------------------------------------------------


def constant(proto, index):
    return guarded(lambda: text.short(proto.constant(index), 40))


def comment(proto, index):
    """What the operands of an instruction mean, or ""."""
    f = fields(proto.code[index])
    name = f.op.name
    if name in ("LOADK", "GETGLOBAL", "SETGLOBAL"):
        return constant(proto, f.bx)
    if name in ("GETUPVAL", "SETUPVAL"):
        return upvalue_name(proto, f.b)
    if name in ("GETTABLE", "SELF"):
        return constant(proto, f.c & 255) if f.c & CONSTANT else ""
    if name in ARITHMETIC and (f.b | f.c) & CONSTANT:
        return " ".join(constant(proto, n & 255) if n & CONSTANT else "-" for n in (f.b, f.c))
    if name in JUMPS:
        return f"to {index + f.sbx + 2}"
    if name == "CLOSURE" and f.bx < len(proto.protos):
        return guarded(lambda: f"<{proto.layout.proto(proto.protos[f.bx]).place()}>")
    return ""


def nextra(proto, index):
    """How many words behind an instruction are its data."""
    f = fields(proto.code[index])
    if f.op.name == "SETLIST":
        return int(f.c == 0)
    if f.op.name == "CLOSURE" and f.bx < len(proto.protos):
        return int(proto.layout.at("Proto", proto.protos[f.bx])["nups"])
    return 0


def upvalue_name(proto, index):
    return proto.upvalue_names[index] if index < len(proto.upvalue_names) else "?"


# ---- Names of registers --------------------------------------------------------------------------


def active_locals(proto, index):
    """The names of the local variables alive at an instruction: register n has the n-th."""
    return [v.name for v in proto.locals if v.start <= index < v.end]


def sets(word, register):
    f = fields(word)
    name = f.op.name
    if name == "LOADNIL":
        return f.a <= register <= f.b
    if name == "SELF":
        return register in (f.a, f.a + 1)
    if name == "TFORLOOP":
        return register >= f.a + 2
    if name in ("CALL", "TAILCALL"):
        return register >= f.a
    return f.op.sets_a and register == f.a


def setter(proto, end, register):
    """Index of the instruction that set a register last, on a walk to `end` that follows the jumps
    leading forward and not past it; None."""
    last, index = None, 0
    while index < min(end, len(proto.code)):
        word = proto.code[index]
        if sets(word, register):
            last = index
        f = fields(word)
        if f.op.name in JUMPS:
            target = index + 1 + f.sbx
            index = target if index < target <= end else index + 1
        else:
            index += 1 + nextra(proto, index)
    return last


def register_name(proto, register, index):
    """(kind, name) of the variable that a register holds, or None."""
    while True:
        names = active_locals(proto, index)
        if register < len(names):
            return "local", names[register]
        at = setter(proto, index, register)
        if at is None:
            return None
        f = fields(proto.code[at])
        name = f.op.name
        if name == "MOVE" and f.b < f.a:
            register = f.b
            continue
        if name == "GETGLOBAL":
            return "global", key(proto, f.bx)
        if name in ("GETTABLE", "SELF"):
            kind = "field" if name == "GETTABLE" else "method"
            return kind, key(proto, f.c & 255) if f.c & CONSTANT else "?"
        if name == "GETUPVAL":
            return "upvalue", upvalue_name(proto, f.b)
        return None


def key(proto, index):
    value = proto.constant(index)
    return proto.layout.text(value.payload) if value.kind == "string" else "?"


def called_name(proto, index):
    """(kind, name) of what the call instruction at `index` calls, or None."""
    if not 0 <= index < len(proto.code):
        return None
    f = fields(proto.code[index])
    if f.op.name not in ("CALL", "TAILCALL", "TFORLOOP"):
        return None
    return register_name(proto, f.a, index)
