"""Why this file exists: it turns the files a user names into jobs."""
import dataclasses
import os
import shutil
import subprocess
import tempfile

from . import cases, suite
from .execute import Job

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))


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
        source, target = os.path.join(suite.FOLDER, "libs"), self.folder("libs")
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


def is_suite(path, folder):
    return os.path.dirname(os.path.realpath(path)) == os.path.realpath(folder)


def expand(paths):
    """Files as named, folders as the case files below them."""
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
        if not here:
            raise PlanError(f"{path}: no .lua or .cases file in this folder")
        found += here
    return found


def shown(path):
    """The name under which a file is reported: from the project's top, if it lies below."""
    whole = os.path.abspath(path)
    return os.path.relpath(whole, TOP) if whole.startswith(TOP + os.sep) else path


def group_of(path, mode, resources, suite_folder, suite_modes):
    """The Group of one file; `mode` is the candidate's."""
    name = shown(path)
    try:
        if is_suite(path, suite_folder) and path.endswith(".lua"):
            with open(path, "rb"):
                return Group(name, [suite.job(suite_folder, os.path.basename(path), m, resources,
                                              f"{name} ({m.name})") for m in suite_modes])
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
