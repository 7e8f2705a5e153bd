"""Why this file exists: it turns the files a user names into jobs, and knows what each file of
the PUC-Rio suite needs and how far its output can be compared.
"""
import dataclasses
import os
import shutil
import subprocess
import tempfile

from . import cases
from .execute import Job

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
SUITE = os.path.join(TOP, "lua-5.1-tests")
SUITE_ENV = {"LUA_PATH": "?;./?.lua"}
SUITE_SECONDS, SUITE_MEMORY = 60, 4 << 30

# Suite files that print what no two runs have in common: only exit status and the OK line of
# these are compared.
NOT_REPEATABLE = {
    "sort.lua": "prints CPU times and comparison counts that depend on the clock",
    "files.lua": "prints the current date",
    "gc.lua": "prints memory figures and rounds of the collector",
    "main.lua": "Debian's reference echoes its input through readline when stdin is no terminal",
    "big.lua": "wants a string overflow that the 64-bit reference does not have",
}
# Not tests by themselves: the driver of all others.
SUITE_DRIVERS = ("all.lua",)
# big.lua yields: it has to run inside a coroutine, where it answers 'b' and then 'a'.
BIG_WRAPPER = ("local big = coroutine.wrap(assert(loadfile('big.lua'))) "
               "assert(big() == 'b') assert(big() == 'a') print('OK')")


class PlanError(Exception):
    """What was asked for cannot be planned."""


@dataclasses.dataclass
class Group:
    """The jobs of one file; `error` is why there are none."""
    path: str
    jobs: list
    error: str = ""


class Resources:
    """Things that cases need and that are made once a run: C modules, a locale."""

    def __init__(self):
        self.root = ""
        self.made = {}

    def remove(self):
        if self.root:
            shutil.rmtree(self.root, ignore_errors=True)

    def folder(self, name):
        self.root = self.root or tempfile.mkdtemp(prefix="compare-made-")
        path = os.path.join(self.root, name)
        os.makedirs(path, exist_ok=True)
        return path

    def get(self, need):
        """(path, "") or ("", why it is not to be had)."""
        if need not in self.made:
            self.made[need] = {"libs": self.make_libs, "locale-pt_BR": self.make_locale}[need]()
        return self.made[need]

    def make_libs(self):
        """The C modules of lua-5.1-tests/libs, compiled against our public headers."""
        source, target = os.path.join(SUITE, "libs"), self.folder("libs")
        include = next((d for d in (os.path.join(TOP, "src", "include"), "/usr/include/lua5.1")
                        if os.path.isfile(os.path.join(d, "lauxlib.h"))), None)
        compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        if not compiler or not include:
            return "", "no C compiler" if not compiler else "no lauxlib.h"
        for name in sorted(n for n in os.listdir(source) if n.endswith(".c")):
            output = os.path.join(target, name[:-2] + ".so")
            done = subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-I", include, "-o", output,
                                   os.path.join(source, name)], capture_output=True, check=False)
            if done.returncode != 0:
                return "", f"{name} does not compile: {done.stderr.decode('latin-1')[:200]}"
        shutil.copy(os.path.join(target, "lib2.so"), os.path.join(target, "-lib2.so"))
        return target, ""

    def make_locale(self):
        target = self.folder("locale")
        if not shutil.which("localedef"):
            return "", "no localedef (package libc-bin)"
        done = subprocess.run(["localedef", "-i", "pt_BR", "-f", "ISO-8859-1",
                               os.path.join(target, "pt_BR")], capture_output=True, check=False)
        if done.returncode > 1 or not os.path.isdir(os.path.join(target, "pt_BR")):
            return "", "locale pt_BR cannot be made (package locales)"
        return target, ""


def missing_need(need):
    """Why a simple need is not met; "" if it is."""
    if need == "shell" and not os.access("/bin/sh", os.X_OK):
        return "no /bin/sh"
    if need == "tmp" and not os.access("/tmp", os.W_OK):
        return "/tmp is not writable"
    return ""


def job_of_case(case, mode, resources):
    job = Job(case.id, case.cli if case.cli is not None else (case.script,) + case.args,
              files=dict(case.files), stdin=case.stdin, env=dict(case.env), case=case)
    if case.chunk is not None:
        job.files[case.script] = case.chunk
    job.memory = case.mem or job.memory
    job.seconds = case.time or job.seconds
    wanted = [m for m in case.modes if not m.startswith("!")]
    if "!" + mode in case.modes or (wanted and mode not in wanted):
        job.skip = f"not in mode {mode}"
    for need in case.needs:
        if need in ("libs", "locale-pt_BR"):
            path, why = resources.get(need)
            job.skip = job.skip or why
            if need == "libs":
                job.links["libs"] = path
            else:
                job.env["LOCPATH"] = path
        else:
            job.skip = job.skip or missing_need(need)
    return job


def job_of_program(path, case):
    """A file that is no case: it may need what lies beside it."""
    return Job(case.path, (case.script,), files={case.script: case.chunk},
               link_from=os.path.dirname(os.path.abspath(path)))


def job_of_suite(path, label):
    name = os.path.basename(path)
    argv = ("-e", BIG_WRAPPER) if name == "big.lua" else (name,)
    return Job(label, argv, copy_from=os.path.dirname(os.path.abspath(path)), env=dict(SUITE_ENV),
               seconds=SUITE_SECONDS, memory=SUITE_MEMORY, why=NOT_REPEATABLE.get(name, ""),
               criterion="passes" if name in NOT_REPEATABLE else "equal")


def is_suite(path, suite):
    folder = os.path.dirname(os.path.realpath(path))
    return folder == os.path.realpath(suite)


def expand(paths, suite):
    """Files as named, folders as the case files below them; the suite's folder without driver."""
    found = []
    for path in paths:
        if not os.path.isdir(path):
            found.append(path)
            continue
        here = []
        for folder, folders, names in os.walk(path):
            folders.sort()
            here += [os.path.join(folder, n) for n in sorted(names)
                     if n.endswith((".lua", ".cases"))]
        here = [p for p in here
                if not (is_suite(p, suite) and os.path.basename(p) in SUITE_DRIVERS)]
        if not here:
            raise PlanError(f"{path}: no .lua or .cases file in this folder")
        found += here
    return found


def shown(path):
    """The name under which a file is reported: from the project's top, if it lies below."""
    whole = os.path.abspath(path)
    return os.path.relpath(whole, TOP) if whole.startswith(TOP + os.sep) else path


def group_of(path, mode, resources, suite):
    name = shown(path)
    try:
        if is_suite(path, suite) and path.endswith(".lua"):
            with open(path, "rb"):
                return Group(name, [job_of_suite(path, name)])
        loaded = cases.load(path, name)
    except (OSError, cases.CaseError) as e:
        return Group(name, [], str(e))
    if loaded[0].plain:
        return Group(name, [job_of_program(path, loaded[0])])
    return Group(name, [job_of_case(case, mode, resources) for case in loaded])


def select(groups, text, tag):
    """Only the jobs whose label contains `text` and whose case has `tag`."""
    for group in groups:
        group.jobs = [j for j in group.jobs if text in j.label
                      and (not tag or (j.case and tag in j.case.tags))]
    return [g for g in groups if g.jobs or g.error]
