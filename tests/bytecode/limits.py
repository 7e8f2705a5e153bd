"""limits.py -- programs at and beyond every limit of the compiler, each one valid up to a count.

    python3 limits.py FOLDER      writes them as files
"""
import os
import sys


def counted(prefix, item, n, separator, suffix):
    return prefix + separator.join(item.replace("#", str(i)) for i in range(n)) + suffix


def nested(opening, middle, closing, n):
    return opening * n + middle + closing * n


def programs():
    """(name, text)."""
    for n in range(195, 203):
        for name, opening, middle, closing in (
                ("do", "do ", "", "end "), ("paren", "(", "a", ")"), ("table", "{", "", "}"),
                ("call", "f(", "", ")"), ("not", "not ", "a", ""), ("minus", "- ", "a", ""),
                ("pow", "a^", "a", ""), ("concat", "a..", "a", ""), ("if", "if a then ", "", "end "),
                ("else", "if a then else ", "", "end "), ("while", "while a do ", "", "end "),
                ("repeat", "repeat ", "", "until a "), ("function", "function f() ", "", "end ")):
            prefix = "" if closing in ("end ", "until a ") else "return "
            yield "%s%d" % (name, n), prefix + nested(opening, middle, closing, n)
        yield "targets%d" % n, counted("", "a#", n, ",", " = 1")
        yield "nestedtargets%d" % n, "do do do " + counted("", "a#", n, ",", " = 1") + " end end end"
        yield "locals%d" % n, counted("local ", "a#", n, ",", "")
        yield "locals_f%d" % n, "\nfunction f()\n" + counted("", "local a#", n, "\n", "") + "\nend"
    for n in range(48, 52):
        yield "for%d" % n, nested("for i = 1, 2 do ", "", "end ", n)
        yield "forin%d" % n, nested("for i in f do ", "", "end ", n)
    for n in range(58, 63):
        names = counted("local ", "v#", n, ",", "\n")
        uses = counted("return ", "v#", n, ",", "")
        yield "upvalues%d" % n, names + "return function() " + uses + " end"
        yield "upvalues_deep%d" % n, names + "function f()\nfunction g() " + uses + " end end"
    for n in list(range(45, 55)) + list(range(95, 105)) + list(range(244, 260)):
        yield "args%d" % n, counted("return f(", "a#", n, ",", ")")
        yield "items%d" % n, counted("return {", "a#", n, ",", "}")
        yield "openitems%d" % n, counted("return {", "a#", n, ",", ", f()}")
        yield "concats%d" % n, counted("return ", "a#", n, "..", "")
        yield "constants%d" % n, counted("", "a = '#'", n, " ", " b = a + 7 c = a.x a:m(a == nil) return {x = true}")
    for n in (25549, 25550, 25551):
        yield "batches%d" % n, counted("return {", "#", n, ",", "}")
    for n in (262142, 262143, 262144):
        yield "table%d" % n, counted("return {", "#.5", n, ",", "}")
    for n in (65533, 65534, 65535, 65536, 65537):
        yield "far%d" % n, counted("while x do ", "y=1", n, " ", " end")
        yield "farbreak%d" % n, counted("while x do if z then break end ", "y=1", n, " ", " end")
        yield "forloop%d" % n, counted("for i = 1, 2 do ", "y=1", n, " ", " end")
    for n in (32766, 32767, 32768):
        yield "locvars%d" % n, counted("", "do local a end", n, " ", "")
    yield "chain_or", counted("local x; local y = ", "x", 4000, " or ", "")
    yield "chain_and", counted("local x; if ", "x", 4000, " and ", " then y = 1 end")
    yield "chain_calls", counted("return ", "f(#)", 4000, " or ", "")
    yield "elseif", counted("if x then ", "elseif x == # then y = #", 2000, " ", " end")


def main(folder):
    for name, text in programs():
        with open(os.path.join(folder, name + ".lua"), "w") as out:
            out.write(text)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
