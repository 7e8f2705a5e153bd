"""Why this file exists: it finds out what a program is before its answers are believed."""
import dataclasses
import os
import re
import shutil
import subprocess

from .cases import MODES

PINNED = "Lua 5.1.5"
OTHER_LUA = re.compile(r"Lua \d+\.\d+")


class ProgramError(Exception):
    """A program is missing, does not run, or is not what it has to be."""


@dataclasses.dataclass(frozen=True)
class Program:
    path: str
    version: str                 # the first line that `-v` prints
    mode: str                    # the variant it was built as
    sanitized: bool              # address space is its own affair: no RLIMIT_AS

    @property
    def pinned(self):
        """Is this the version whose behaviour the cases describe?"""
        return re.match(re.escape(PINNED) + r"(?!\d)", self.version) is not None

    def is_same_as(self, other):
        return os.path.realpath(self.path) == os.path.realpath(other.path)


def find(name):
    path = os.path.abspath(name) if "/" in name else shutil.which(name)
    if path is None or not os.path.isfile(path):
        raise ProgramError(f"{name}: no such program")
    if not os.access(path, os.X_OK):
        raise ProgramError(f"{name}: not executable")
    return path


def ask_version(path):
    """Several implementations print it on stderr, some on stdout."""
    try:
        done = subprocess.run([path, "-v"], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired) as e:
        raise ProgramError(f"{path} -v: {e}") from None
    text = (done.stderr + done.stdout).decode("latin-1").strip()
    if done.returncode != 0 or not text:
        raise ProgramError(f"{path} -v: exit status {done.returncode} and no version: not a Lua")
    return text.splitlines()[0]


def is_sanitized(path):
    with open(path, "rb") as f:
        return b"__asan_init" in f.read()


def look_at(name, mode=None):
    """The Program that `name` names.  Its mode, if not given, is the folder it was built in:
    build/<mode>/lua.  Raises ProgramError."""
    path = find(name)
    folder = os.path.basename(os.path.dirname(path))
    mode = mode or (folder if folder in MODES else "release")
    return Program(path, ask_version(path), mode, is_sanitized(path))


def check_reference(program, explicit, any_version):
    """Only the pinned version may judge unasked; another implementation may when it was
    named; another version of Lua itself is a mistake unless said otherwise."""
    if program.pinned or any_version:
        return
    if not explicit or OTHER_LUA.match(program.version):
        raise ProgramError(f"{program.path}: the reference must say '{PINNED}', "
                           f"this one says '{program.version}'")
