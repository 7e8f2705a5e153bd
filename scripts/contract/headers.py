"""headers.py -- macros, constants, layouts and prototypes of two sets of Lua headers.

Nothing here knows the names: they are read from the headers, so a name that appears, vanishes or
changes on either side is seen.
"""
import os
import re
import tempfile

from contract.common import CC, Trouble, complaints, run

HEADERS = ("lua.h", "luaconf.h", "lauxlib.h", "lualib.h")
INCLUDES = "#include <lua.h>\n#include <lauxlib.h>\n#include <lualib.h>\n"
# What a client may define before it includes them.
SETTINGS = ((), ("-std=c89",), ("-D__cplusplus",), ("-DLUA_CORE",), ("-Dlua_c",), ("-Dloslib_c",),
            ("-DLUA_USE_LINUX", "-Dluaall_c", "-DLUA_CORE", "-DLUA_LIB"), ("-std=c89", "-Dluaall_c", "-Dlua_c"),
            ("-DLUA_USE_POSIX", "-DLUA_USE_APICHECK"), ("-DLUA_COMPAT_ALL",), ("-DLUA_USELONGLONG",),
            ("-DLUA_USER_H=<stdio.h>",))


def written_names(folder):
    """Every name that stands behind a #define, whatever the condition around it."""
    names = set()
    for header in HEADERS:
        with open(os.path.join(folder, header), encoding="latin-1") as file:
            names.update(re.findall(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", file.read(), re.M))
    return names


def macros(folder, flags):
    """{name: its parameters, or None if it takes none}, of the headers in `folder` alone."""
    defined, inside = {}, False
    for line in run([CC, *flags, "-E", "-dD", f"-I{folder}", "-x", "c", "-"], INCLUDES).splitlines():
        if marker := re.match(r'# \d+ "(.*?)"', line):
            inside = os.path.dirname(marker[1]) == folder
        elif inside and (define := re.match(r"#define (\w+)(?:\(([^)]*)\))?", line)):
            defined[define[1]] = define[2]
        elif undefine := re.match(r"#undef (\w+)", line):
            defined.pop(undefine[1], None)
    return defined


def expansions(folder, flags):
    """{name: what is left of it when all is expanded, without blanks}."""
    known = macros(folder, flags)
    uses = []
    for name, parameters in known.items():
        count = 0 if not parameters else parameters.count(",") + 1
        arguments = "" if parameters is None else f"({','.join(f'arg{i}' for i in range(count))})"
        # The same line number for both: assert() tells it.
        uses.append(f'#line 1\n@@"{name}" {name}{arguments}\n')
    text = run([CC, *flags, "-E", "-P", f"-I{folder}", "-x", "c", "-"], INCLUDES + "".join(uses))
    found = re.findall(r'@@\s*"(\w+)"((?:(?!@@).)*)', text, re.S)
    if len(found) != len(known):
        raise Trouble(f"{folder}: {len(known)} macros, but {len(found)} expansions")
    return {name: re.sub(r"\s+", "", rest) for name, rest in found}


def run_program(folder, text):
    with tempfile.TemporaryDirectory() as scratch:
        program = os.path.join(scratch, "program")
        run([CC, "-w", "-std=gnu11", f"-I{folder}", "-x", "c", "-", "-o", program], text)
        return run([program])


def constants(folder):
    """{name: value and type} of every macro without parameters that is an expression."""
    expanded, declared = expansions(folder, ()), functions(folder)
    names = [name for name, parameters in sorted(macros(folder, ()).items())
             if parameters is None and expanded[name] not in declared]
    head = INCLUDES + "#include <stdio.h>\n"
    errors = "?"
    while errors:  # a compiler may tell only the first few
        probe = head + "void probe(void) {\n" + "".join(f"(void)({name});\n" for name in names) + "}\n"
        errors = complaints([CC, "-w", "-std=gnu11", "-fsyntax-only", f"-I{folder}", "-x", "c", "-"], probe)
        lines = {int(n) - head.count("\n") - 2 for n in re.findall(r"^<stdin>:(\d+):\d+: (?:error|note)", errors, re.M)}
        left = [name for i, name in enumerate(names) if i not in lines]
        if errors and len(left) == len(names):
            raise Trouble(f"{folder}: constants\n{errors[:2000]}")
        names = left
    kinds = ('char *: "%s", const char *: "%s", int: "int %d", unsigned: "unsigned %u", long: "long %ld", '
             'unsigned long: "unsigned long %lu", double: "double %.17g", default: "no constant"')
    shows = "".join(f'printf("{name}="); printf(_Generic((0, {name}), {kinds}), {name}); putchar(10);\n'
                    for name in names)
    output = run_program(folder, head + "int main(void) {\n" + shows + "return 0; }\n")
    return dict(re.findall(r"^(\w+)=((?:(?!^\w+=).)*)\n", output, re.M | re.S))


def declarations(folder):
    """The statements at top level of the headers in `folder`, preprocessed."""
    lines, inside = [], False
    for line in run([CC, "-E", f"-I{folder}", "-x", "c", "-"], INCLUDES).splitlines():
        if marker := re.match(r'# \d+ "(.*?)"', line):
            inside = os.path.dirname(marker[1]) == folder
        elif inside:
            lines.append(line)
    statements, depth, start = [], 0, 0
    text = " ".join(lines)
    for at, char in enumerate(text):
        depth += (char == "{") - (char == "}")
        if char == ";" and depth == 0:
            statements.append(re.sub(r"\s+", " ", text[start:at]).strip())
            start = at + 1
    return statements


def structs(folder):
    """{struct: [its members' declarations]}."""
    found = {}
    for statement in declarations(folder):
        if body := re.search(r"struct (\w+) \{(.*)\}", statement):
            found[body[1]] = [member.strip() for member in body[2].split(";") if member.strip()]
    return found


def member_name(declaration):
    return re.search(r"(\w+)\s*(?:\[[^]]*\])?$", declaration)[1]


def layouts(folder, members):
    """{struct or struct.member: sizes and offsets}, of the structs that `members` lists."""
    lines = [INCLUDES, "#include <stddef.h>\n#include <stdio.h>\nint main(void) {\n"]
    for struct, declared in members.items():
        lines.append(f'printf("{struct}=size %zu, aligned %zu\\n", sizeof(struct {struct}), '
                     f"_Alignof(struct {struct}));\n")
        for name in map(member_name, declared):
            lines.append(f'printf("{struct}.{name}=at %zu, size %zu\\n", offsetof(struct {struct}, {name}), '
                         f"sizeof(((struct {struct} *)0)->{name}));\n")
    return dict(line.split("=") for line in run_program(folder, "".join(lines) + "return 0; }\n").splitlines())


def functions(folder):
    """The names of all functions that are declared."""
    found = set()
    for statement in declarations(folder):
        plain = re.sub(r"__attribute__ ?\(\(.*?\)\)\)", "", statement)
        if plain.startswith("extern"):
            name = re.search(r"\((\w+)\) ?\(", plain) or re.search(r"(\w+) ?\(", plain)
            found.add(name[1])
    return found


def conflicts(folder, others):
    """What the compiler says when the declarations of `others` follow those of `folder`."""
    lines = [INCLUDES]
    for statement in declarations(others):
        if "{" not in statement:
            lines.append(statement + ";")
    for struct, declared in structs(others).items():
        for declaration in declared:
            name = member_name(declaration)
            alias = f"member_{struct}_{name}"
            renamed = re.sub(rf"\b{name}(\s*(?:\[[^]]*\])?)$", alias + r"\1", declaration)
            lines.append(f"extern __typeof__(((struct {struct} *)0)->{name}) {alias}; extern {renamed};")
    errors = complaints([CC, "-std=gnu11", "-fsyntax-only", f"-I{folder}", "-x", "c", "-"], "\n".join(lines))
    return [line for line in errors.splitlines() if "error" in line]
