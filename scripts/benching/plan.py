"""Why this file exists: it knows what can be measured (programs) and by what (interpreters)."""
import dataclasses
import fnmatch
import os
import re
import shlex
import shutil
import subprocess

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAMS = os.path.join(TOP, "tests", "bench")
GENERATOR = os.path.join(PROGRAMS, "compile", "generate.lua")

# What `luac -p` gets, in bytes: each takes the reference some tenths of a second.
COMPILED = {"code": 4_000_000, "data": 8_000_000, "prose": 24_000_000}


class PlanError(Exception):
    """What was asked for is not there."""


@dataclasses.dataclass(frozen=True)
class Interpreter:
    label: str                   # as the user named it
    command: tuple               # program (absolute) and options
    compiler: tuple              # its luac, or () where it has none
    version: str

    @property
    def heading(self):
        """What tells it from others, short enough for a column."""
        words = self.label.split()
        words[0] = "/".join(words[0].split("/")[-2:])
        return " ".join(words)[-18:]


@dataclasses.dataclass(frozen=True)
class Program:
    name: str
    path: str
    is_compiled_only: bool

    def command(self, interpreter):
        """The words to execute, or () if `interpreter` cannot do this."""
        if not self.is_compiled_only:
            return interpreter.command + (self.path,)
        return interpreter.compiler and interpreter.compiler + ("-p", self.path)


def find_program(name):
    path = os.path.abspath(name) if "/" in name else shutil.which(name)
    return path if path and os.path.isfile(path) and os.access(path, os.X_OK) else None


def compiler_beside(path):
    """luac5.1 for lua5.1, luac for lua, in the same folder; () where there is none."""
    folder, name = os.path.split(path)
    if not re.fullmatch(r"lua[\d.]*", name):
        return ()
    found = find_program(os.path.join(folder, "luac" + name[len("lua"):]))
    return (found,) if found else ()


def find_interpreter(label):
    """The Interpreter that `label`, a program and its options, names; None if it is missing."""
    words = shlex.split(label)
    path = find_program(words[0]) if words else None
    if path is None:
        return None
    try:
        done = subprocess.run([path, "-v"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired) as e:
        raise PlanError(f"{path} -v: {e}") from None
    version = (done.stdout.decode("latin-1").strip().splitlines() or [""])[0]
    if done.returncode != 0 or not version:
        raise PlanError(f"{path} -v: exit status {done.returncode}, no version: not a Lua")
    return Interpreter(label, (path, *words[1:]), compiler_beside(path), version)


def select_programs(folder, pattern):
    """Names of the programs in `folder` and of the sources to compile, as far as they match the
    shell pattern.  Raises PlanError."""
    try:
        files = sorted(os.listdir(folder))
    except OSError as e:
        raise PlanError(str(e)) from None
    names = [name[:-len(".lua")] for name in files if name.endswith(".lua")]
    names += ["compile/" + kind for kind in COMPILED]
    chosen = [name for name in names if fnmatch.fnmatchcase(name, pattern)]
    if not chosen:
        raise PlanError(f"no program matches '{pattern}'")
    return chosen


def make_program(name, folder, reference, scratch):
    """The Program of that name; what has to be generated first goes into `scratch`."""
    generated, _, kind = name.rpartition("/")
    if not generated:
        return Program(name, os.path.join(os.path.abspath(folder), name + ".lua"), False)
    path = os.path.join(scratch, kind + ".lua")
    with open(path, "wb") as out:
        done = subprocess.run([*reference.command, GENERATOR, kind, str(COMPILED[kind])],
                              stdin=subprocess.DEVNULL, stdout=out, check=False)
    if done.returncode != 0:
        raise PlanError(f"{reference.label} {GENERATOR}: exit status {done.returncode}")
    return Program(name, path, True)
