"""Why this file exists: it knows the PUC-Rio suite: where its files are, in which modes each of
them runs and what it needs for that, what passing means, and how far its output can be compared.
"""
import dataclasses
import hashlib
import os
import re
import tarfile

from .execute import OK_LINE, Job

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
FOLDER = os.path.join(TOP, "lua-5.1-tests")
ROUNDTRIP = os.path.join(TOP, "tests", "suite", "roundtrip.lua")
MANIFEST = os.path.join(FOLDER, "MANIFEST")
TARBALL = "lua5.1-tests.tar.gz"

ENV = {"LUA_PATH": "?;./?.lua"}
SECONDS, MEMORY = 60, 4 << 30
DRIVER = "all.lua"

# Files that print what no two runs have in common: only exit status and the line that says "OK" are
# compared.
NOT_REPEATABLE = {
    "all.lua": "the reference stops in main.lua and big.lua; memory figures and times vary",
    "sort.lua": "prints CPU times and comparison counts that depend on the clock",
    "files.lua": "prints the current date",
    "gc.lua": "prints memory figures and rounds of the collector",
    "main.lua": "Debian's reference echoes its input through readline when stdin is no terminal",
    "big.lua": "wants a string overflow that the 64-bit reference does not have",
}
# What the reference itself cannot pass, for the same reasons.
REFERENCE_FAILS = ("all.lua", "big.lua", "main.lua")
# These do nothing without the library T, and say so.
NEEDS_T = ("api.lua", "code.lua")
# These return from their first line, or before their end, when they find _soft, without a word;
# checktable.lua only defines functions.
SILENT, SILENT_IF_SOFT = ("checktable.lua",), ("math.lua", "verybig.lua")

# big.lua yields: it has to run inside a coroutine, where it answers 'b' and then 'a'.
BIG_WRAPPER = ("local big = coroutine.wrap(assert(loadfile('big.lua'))) "
               "assert(big() == 'b') assert(big() == 'a') print('OK')")
ALL_DONE = re.compile(rb"^final OK !!!$", re.M)
LEFT_OUT = re.compile(rb">>> (.*?) <<<")


class SuiteError(Exception):
    """The suite's files are not there, or not what they should be."""


@dataclasses.dataclass(frozen=True)
class Mode:
    """A way to run each file.  `variant` is the build of ours that it takes; any other
    Lua 5.1 can run the modes of variant release."""
    name: str
    variant: str = "release"
    soft: bool = False
    full: bool = False           # with C libraries and the locale
    round_trip: bool = False     # every file goes through dump and undump
    slowness: float = 1.0

    @property
    def is_portable(self):
        return self.variant == "release"

    @property
    def model(self):
        """The mode in which the reference prints what this one has to print; None: it has none,
        because the library T makes files do more."""
        return None if self.variant == "internal" else self.timed_against

    @property
    def timed_against(self):
        """The reference's mode that does the same work, as far as it can."""
        if self.is_portable:
            return self.name
        return "full+rt" if self.round_trip else "full"


PLAIN_MODES = (
    Mode("portable"),
    Mode("soft", soft=True),
    Mode("full", full=True),
    Mode("internal", "internal", full=True, slowness=10.0),
    Mode("gcstress", "gcstress", full=True, slowness=30.0),
    Mode("asan", "asan", full=True, slowness=10.0),
)
MODES = {mode.name: mode for plain in PLAIN_MODES
         for mode in (plain, dataclasses.replace(plain, name=plain.name + "+rt", round_trip=True))}


def chosen_modes(text):
    """The modes that a comma-separated list names; raises SuiteError."""
    try:
        return [MODES[name] for name in text.split(",")]
    except KeyError as e:
        raise SuiteError(f"unknown mode {e}: one of {', '.join(MODES)}") from None


# ---- Where the files are ---------------------------------------------------

def official_sum():
    with open(MANIFEST, encoding="ascii") as f:
        return next(line.split()[3] for line in f if line.startswith(TARBALL + " "))


def unpack(path, resources):
    """The folder of an official tarball's files."""
    with open(path, "rb") as f:
        found = hashlib.sha256(f.read()).hexdigest()
    if found != official_sum():
        raise SuiteError(f"{path}: sha256 {found} is not the official suite's, {official_sum()}")
    root = resources.folder("suite")
    with tarfile.open(path) as archive:
        archive.extractall(root, filter="data") if hasattr(tarfile, "data_filter") \
            else archive.extractall(root)
    for folder, _, names in os.walk(root):
        if DRIVER in names:
            return folder
    raise SuiteError(f"{path}: no {DRIVER} in it")


def find(resources):
    """The folder with the suite's files: SUITE_DIR, which may name a folder or the official
    tarball, or ours.  Whether it is filled is for the caller to see."""
    named = os.environ.get("SUITE_DIR", "")
    if not named:
        return FOLDER
    if os.path.isfile(named):
        return unpack(named, resources)
    if not os.path.isdir(named):
        raise SuiteError(f"SUITE_DIR={named}: no such file or folder")
    return named


def files(folder):
    """Names of the suite's files, the driver last."""
    names = sorted(n for n in os.listdir(folder) if n.endswith(".lua") and n != DRIVER)
    if not names:
        raise SuiteError(f"{folder}: no .lua file; run: make suite-files")
    return names + ([DRIVER] if os.path.isfile(os.path.join(folder, DRIVER)) else [])


# ---- What to run -----------------------------------------------------------

def command(name, mode):
    """The interpreter's arguments."""
    prelude = ("-e", "_soft=true") if mode.soft else ()
    if mode.round_trip:
        return prelude + ("roundtrip.lua", name)
    return prelude + (("-e", BIG_WRAPPER) if name == "big.lua" else (name,))


def job(folder, name, mode, resources, label):
    made = Job(label, command(name, mode), copy_from=folder, env=dict(ENV), seconds=SECONDS,
               memory=MEMORY, why=NOT_REPEATABLE.get(name, ""), suite=(name, mode.name),
               criterion="passes" if name in NOT_REPEATABLE else "equal")
    made.files["libs/P1/empty"] = b""   # archives and git lose an empty folder
    if name in SILENT or (mode.soft and name in SILENT_IF_SOFT):
        made.passing = None
    else:
        made.passing = ALL_DONE if name == DRIVER else OK_LINE
    if mode.round_trip:
        with open(ROUNDTRIP, "rb") as f:
            made.files["roundtrip.lua"] = f.read()
    if mode.full:
        libs, why = resources.get("libs")
        locale, why_not = resources.get("locale-pt_BR")
        made.skip = why or why_not
        if not made.skip:
            made.links.update((f"libs/{n}", os.path.join(libs, n)) for n in os.listdir(libs))
            made.env["LOCPATH"] = locale
    return made


# ---- What came of it -------------------------------------------------------

@dataclasses.dataclass(frozen=True)
class Cell:
    """One program on one file in one mode: PASS, FAIL, SKIP, or "fails" where the reference
    is known to."""
    kind: str
    why: str = ""
    seconds: float = 0.0
    left_out: tuple = ()         # parts that the file itself did not perform

    @property
    def text(self):
        return f"{self.kind:<11}" if self.kind == "SKIP" else f"{self.kind:<5}{self.seconds:6.2f}"


def last_words(seen):
    lines = [line for line in seen.stderr.decode("latin-1").splitlines()
             if line.strip(". ") and not line.startswith(("stack traceback", "\t"))]
    return lines[-1][:150] if lines else ""


def problem(a_job, seen):
    """Why this run is no pass; "" if it is one."""
    if seen.timed_out:
        return "took too long"
    if seen.sanitizer:
        return "sanitizer: " + last_words(seen)
    if seen.signal or seen.status != 0:
        what = f"signal {seen.signal}" if seen.signal else f"exit status {seen.status}"
        return f"{what}: {last_words(seen)}"
    if a_job.passing and not a_job.passing.search(seen.stdout):
        return "ends without saying OK"
    return ""


def cell(a_job, seen, is_reference=False):
    """The Cell of one run."""
    name, _ = a_job.suite
    left_out = tuple(m.decode("latin-1") for m in LEFT_OUT.findall(seen.stdout)
                     if m != b"closing state")
    if name in NEEDS_T and seen.status == 0 and left_out:
        return Cell("SKIP", "does nothing without the library T, and says so")
    why = problem(a_job, seen)
    if why:
        if is_reference and name in REFERENCE_FAILS:
            return Cell("fails", NOT_REPEATABLE[name], seen.seconds)
        return Cell("FAIL", why, seen.seconds, left_out)
    return Cell("PASS", "", seen.seconds, left_out)
