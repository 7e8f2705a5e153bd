"""generate.py -- random programs for the comparison of compilers: valid Lua 5.1, and nothing but compiled.

A program is a list of tokens, so that spaces, line ends and comments can be put anywhere: they decide
line information.  The grammar leans towards what a code generator finds hard: captured locals in
loops, breaks after captures, conditions in value position, constants around the 256th, constructors
around multiples of 50, multiple assignment to tables indexed by assigned locals, varargs.

    python3 generate.py SEED [COUNT [FOLDER]]     prints one program, or writes COUNT files
"""
import os
import random
import sys

NAMES = ["a", "b", "c", "d", "e", "f", "g", "x", "y", "_z", "arg", "self"]
GLOBALS = ["print", "G", "H", "t", "io", "longer_name_of_a_global"]
FIELDS = ["n", "x", "y", "name", "__index", "a"]
NUMBERS = ["0", "1", "2", "3", "9", "10", "255", "0.5", "3.", ".25", "1e3", "1E-2", "0x1F", "1e308",
           "1e999", "123456789012345678", "4.5e+1", "08"]
STRINGS = ['"s"', "'t'", '""', '"\\n\\065\\"\'"', "[[long]]", "[==[\nx]]\n]==]", "'\\\n'", '"1"', '"\\0z"']
ARITHMETIC = ["+", "-", "*", "/", "%", "^"]
COMPARISON = ["==", "~=", "<", "<=", ">", ">="]
GLUE = object()  # no line end between the token before and the one after


class Function:
    """What may be used in the body of the function being written."""

    def __init__(self, outer, params, vararg):
        self.outer = outer
        self.scopes = [list(params)]
        self.vararg = vararg
        self.loops = 0
        self.size = 0

    def locals(self):
        return [name for scope in self.scopes for name in scope]


class Generator:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.out = []
        self.f = Function(None, [], True)
        self.budget = self.r.choice([20, 60, 60, 150, 400])

    def put(self, *tokens):
        self.out.extend(tokens)

    def chance(self, p):
        return self.r.random() < p

    def name(self):
        """A name: mostly of a local, of this function or of one around it."""
        visible = self.f.locals()
        if visible and self.chance(0.6):
            return self.r.choice(visible)
        outer = self.f.outer
        while outer and self.chance(0.7):
            if outer.locals() and self.chance(0.6):
                return self.r.choice(outer.locals())
            outer = outer.outer
        return self.r.choice(GLOBALS if self.chance(0.6) else NAMES)

    # ---- Expressions ----

    def explist(self, n, depth):
        for i in range(n):
            if i:
                self.put(",")
            self.expression(depth)

    def number(self):
        if self.chance(0.7):
            return self.r.choice(NUMBERS)
        return repr(self.r.choice([self.r.randrange(1000), self.r.random() * 1e6, self.r.randrange(2 ** 60)]))

    def atom(self):
        kind = self.r.randrange(12)
        if kind < 5:
            self.put(self.name())
        elif kind < 8:
            self.put(self.number())
        elif kind < 10:
            self.put(self.r.choice(STRINGS))
        elif kind == 10 and self.f.vararg:
            self.put("...")
        else:
            self.put(self.r.choice(["nil", "true", "false"]))

    def expression(self, depth=3):
        self.budget -= 0.25
        if depth <= 0 or self.budget < 0 or self.chance(0.3):
            return self.atom()
        kind = self.r.randrange(16)
        if kind < 3:
            self.expression(depth - 1)
            self.put(self.r.choice(ARITHMETIC))
            self.expression(depth - 1)
        elif kind < 5:
            self.expression(depth - 1)
            self.put(self.r.choice(COMPARISON))
            self.expression(depth - 1)
        elif kind < 8:
            for i in range(self.r.randrange(2, 5)):
                if i:
                    self.put(self.r.choice(["and", "or"]))
                self.expression(depth - 1)
        elif kind == 8:
            for i in range(self.r.randrange(2, 6)):
                if i:
                    self.put("..")
                self.expression(depth - 2)
        elif kind < 11:
            self.put(self.r.choice(["-", "not", "not", "#"]))
            self.expression(depth - 1)
        elif kind == 11:
            self.put("(")
            self.expression(depth - 1)
            self.put(")")
        elif kind == 12:
            self.table(depth - 1)
        elif kind == 13 and depth > 1:
            self.put("function")
            self.body([])
        else:
            self.suffixed(depth - 1, self.r.choice(["call", "index", "any"]))

    def table(self, depth):
        n = self.r.choice([0, 0, 1, 2, 3, 4, 5, 7])
        if self.chance(0.04):
            n = self.r.choice([16, 17, 49, 50, 51, 52, 99, 100, 101, 150])
        self.put("{")
        keyed = self.r.choice([0, 0, 0.3, 0.9])
        for i in range(n):
            if self.chance(keyed):
                if self.chance(0.6):
                    self.put(self.r.choice(FIELDS))
                else:
                    self.put("[")
                    self.expression(min(depth, 1))
                    self.put("]")
                self.put("=")
            self.expression(0 if n > 10 else depth - 1)
            if i < n - 1 or self.chance(0.3):
                self.put(self.r.choice([",", ",", ";"]))
        self.put("}")

    def arguments(self, depth):
        kind = self.r.randrange(10)
        if kind == 0:
            self.put(self.r.choice(STRINGS))
        elif kind == 1:
            self.table(depth)
        else:
            self.put(GLUE, "(")
            self.explist(self.r.choice([0, 1, 1, 2, 3]), depth)
            self.put(")")

    def suffixed(self, depth, want):
        """A prefix expression that ends as wanted: a call, an index, or either."""
        if self.chance(0.12):
            self.put("(")
            self.expression(depth)
            self.put(")")
        else:
            self.put(self.name())
        for _ in range(self.r.choice([0, 0, 0, 1, 2])):
            self.suffix(depth, self.chance(0.4))
        self.suffix(depth, want == "call" or (want == "any" and self.chance(0.5)))

    def suffix(self, depth, call):
        if call:
            if self.chance(0.3):
                self.put(":", self.r.choice(FIELDS))
            self.arguments(depth)
        elif self.chance(0.6):
            self.put(".", self.r.choice(FIELDS))
        else:
            self.put("[")
            self.expression(depth)
            self.put("]")

    # ---- Functions and blocks ----

    def body(self, params):
        names = [self.r.choice(NAMES) for _ in range(self.r.choice([0, 1, 1, 2, 3]))]
        vararg = self.chance(0.3)
        self.put("(")
        for i, name in enumerate(names + (["..."] if vararg else [])):
            self.put(*([",", name] if i else [name]))
        self.put(")")
        self.f = Function(self.f, params + names + (["arg"] if vararg else []), vararg)
        self.block()
        self.f = self.f.outer
        self.put("end")

    def block(self, names=(), loop=False):
        self.f.scopes.append(list(names))
        self.f.loops += loop
        for _ in range(self.r.choice([0, 1, 1, 2, 3, 4])):
            if self.budget > 0:
                self.statement()
        self.last_statement()
        self.f.loops -= loop
        self.f.scopes.pop()

    def last_statement(self):
        if self.f.loops and self.chance(0.25):
            self.put("break")
        elif self.chance(0.12):
            self.put("return")
            self.explist(self.r.choice([0, 1, 1, 1, 2, 3]), 2)
        else:
            return
        if self.chance(0.3):
            self.put(";")

    # ---- Statements ----

    def statement(self):
        self.budget -= 1
        weights = {"local": 5, "assign": 5, "call": 4, "if": 3, "numeric": 2, "generic": 2, "while": 2,
                   "repeat": 2, "do": 1, "function": 2, "localfunction": 2, "constants": 0.1}
        kind = self.r.choices(list(weights), list(weights.values()))[0]
        getattr(self, "stat_" + kind)()
        if self.out[-1] != ";" and self.chance(0.15):
            self.put(";")

    def declare(self, names):
        self.f.size += len(names)
        self.f.scopes[-1].extend(names)

    def stat_local(self):
        if self.f.size > 150:
            return self.stat_call()
        names = [self.r.choice(NAMES) for _ in range(self.r.choice([1, 1, 1, 2, 3, 5]))]
        self.put("local", names[0])
        for name in names[1:]:
            self.put(",", name)
        if self.chance(0.75):
            self.put("=")
            self.explist(max(1, len(names) + self.r.choice([-2, -1, 0, 0, 0, 1])), 3)
        self.declare(names)

    def target(self):
        if self.chance(0.55):
            self.put(self.name())
        else:
            self.put(self.name())
            if self.chance(0.5):
                self.put("[", self.name(), "]")
            else:
                self.suffix(1, False)

    def stat_assign(self):
        n = self.r.choice([1, 1, 1, 1, 2, 2, 3, 4])
        for i in range(n):
            if i:
                self.put(",")
            self.target()
        self.put("=")
        self.explist(max(1, n + self.r.choice([-1, 0, 0, 0, 1])), 3)

    def stat_call(self):
        self.put(self.name())
        for _ in range(self.r.choice([0, 0, 1])):
            self.suffix(2, False)
        self.suffix(2, True)

    def stat_do(self):
        self.put("do")
        self.block()
        self.put("end")

    def stat_while(self):
        self.put("while")
        self.expression(3)
        self.put("do")
        self.block(loop=True)
        self.put("end")

    def stat_repeat(self):
        self.put("repeat")
        self.f.scopes.append([])
        self.f.loops += 1
        for _ in range(self.r.choice([0, 1, 2, 3])):
            self.statement()
        self.f.loops -= 1
        if self.chance(0.2):
            self.last_statement_of_repeat()
        self.put("until")
        self.expression(3)
        self.f.scopes.pop()

    def last_statement_of_repeat(self):
        self.put("do", "break", "end")

    def stat_if(self):
        self.put("if")
        self.expression(3)
        self.put("then")
        self.block()
        for _ in range(self.r.choice([0, 0, 0, 1, 2])):
            self.put("elseif")
            self.expression(2)
            self.put("then")
            self.block()
        if self.chance(0.4):
            self.put("else")
            self.block()
        self.put("end")

    def stat_numeric(self):
        name = self.r.choice(NAMES)
        self.put("for", name, "=")
        self.explist(self.r.choice([2, 2, 3]), 2)
        self.put("do")
        self.block([name], loop=True)
        self.put("end")

    def stat_generic(self):
        names = [self.r.choice(NAMES) for _ in range(self.r.choice([1, 2, 2, 3]))]
        self.put("for", names[0])
        for name in names[1:]:
            self.put(",", name)
        self.put("in")
        self.explist(self.r.choice([1, 1, 2, 3, 4]), 2)
        self.put("do")
        self.block(names, loop=True)
        self.put("end")

    def stat_function(self):
        self.put("function", self.name())
        for _ in range(self.r.choice([0, 0, 1, 2])):
            self.put(".", self.r.choice(FIELDS))
        method = self.chance(0.3)
        if method:
            self.put(":", self.r.choice(FIELDS))
        self.body(["self"] if method else [])

    def stat_localfunction(self):
        name = self.r.choice(NAMES)
        self.put("local", "function", name)
        self.declare([name])
        self.body([])

    def stat_constants(self):
        """Bring the constant table near or over the limit of RK operands."""
        for i in range(self.r.choice([40, 120, 250, 260])):
            self.put("k", "=", self.r.choice([str(i + 1000), '"k%d"' % i, "k.f%d" % i]))
        for _ in range(6):
            self.put("k", "=")
            self.expression(3)

    # ---- Text ----

    def separator(self, glued):
        if glued:
            return self.r.choice(["", " ", "\t"])
        p = self.r.random()
        if p < 0.80:
            return " "
        if p < 0.93:
            return self.r.choice(["\n", "\n", "\n\n", "\r\n", "\n\r", "\r", "\n  "])
        return self.r.choice([" --[[ c ]]", " -- c\n", " --[==[\n]]\n]==]", " --\n", " --[ c\r\n", "\f"])

    def text(self):
        """The tokens as a program.  A call's "(" stays on its line; any other one that begins a
        statement cannot be mistaken for a call, since no statement here begins with "("."""
        parts = []
        glued = False
        for token in self.out:
            if token is GLUE:
                glued = True
                continue
            if parts:
                parts.append(self.separator(glued or token == "("))
            glued = False
            parts.append(token)
        return "".join(parts)


def program(seed):
    """The text of program number `seed`."""
    g = Generator(seed)
    while g.budget > 0:
        g.statement()
    g.last_statement()
    return g.text() + "\n"


def main(arguments):
    seed = int(arguments[0])
    if len(arguments) == 1:
        sys.stdout.write(program(seed))
        return
    folder = arguments[2] if len(arguments) > 2 else "."
    for i in range(seed, seed + int(arguments[1])):
        with open(os.path.join(folder, "r%06d.lua" % i), "w", newline="") as out:
            out.write(program(i))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
