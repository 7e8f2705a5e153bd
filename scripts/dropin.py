"""dropin.py BUILD <LIST -- runs each client of LIST on the reference and on BUILD, and compares.

Called by scripts/dropin, which has installed the packages.  A case is modules/NAME.lua, run by
lua5.1 and by BUILD/lua, or programs/NAME.sh, run by sh, first as it is and then with
BUILD/liblua5.1.so.0 in front of Debian's by LD_LIBRARY_PATH.  Each runs in a folder of the same
name, new and empty, with an environment of its own; a script finds its folder in $CASES.

SAME means: output, messages and exit status are equal, and the run proved something:

- under the reference the case ended with status 0 and printed something;
- the loader's trace (LD_DEBUG) names the module's .so, or liblua5.1.so.0, in both runs, and in ours
  every liblua5.1.so.0 is BUILD's;
- neither run warned of missing version information.

A case that proves nothing is TROUBLE, not a success.  Addresses are compared as 0xADDRESS.

Where BUILD is sanitized, programs get the sanitizer's runtime by LD_PRELOAD.  Two lines in a case are
about that: "sanitizer-preload: LIBRARY", what must be loaded with it, and "no-sanitizer: REASON".
Exit 0: all SAME; 1: something is DIFFERENT; 2: trouble.
"""
import concurrent.futures
import difflib
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile

REFERENCE = os.environ.get("DROPIN_REFERENCE", "lua5.1")
SECONDS = int(os.environ.get("DROPIN_SECONDS", "120"))
MEMORY = 8 << 30
WIDTH = 300  # of a line that is shown
LIBRARY = "liblua5.1.so.0"
ADDRESS = re.compile(r"\b0x[0-9a-f]{8,}\b")
INITIALISED = re.compile(r"calling init: (\S+)")


class Trouble(Exception):
    """The comparison itself is not possible."""


def needed(path):
    """The names of the libraries that the ELF file asks for, and whether it wants a sanitizer's runtime."""
    text = subprocess.run(["readelf", "-d", path], capture_output=True, text=True, check=True).stdout
    symbols = subprocess.run(["nm", "-D", "-u", path], capture_output=True, text=True, check=True).stdout
    return re.findall(r"NEEDED.*\[(.*)\]", text), "__asan_init" in symbols


def runtime_of(libraries):
    """What a plain program must preload to load a sanitized library; None if it cannot be had."""
    named = [name for name in libraries if name.startswith("libasan")]
    if named:
        return named[0]
    # clang links its runtime into programs; the shared one of the same compiler does for a library.
    compiler = os.environ.get("CC") or "cc"
    path = subprocess.run([compiler, "-print-file-name=libclang_rt.asan-x86_64.so"], capture_output=True,
                          text=True, check=False).stdout.strip()
    return path if os.path.isfile(path) else None


def directive(case, name):
    """What the line "NAME: ..." of a case says; "" if it has none."""
    found = re.search(rf"^(?:--|#) {name}: (.*)$", read(case), re.M)
    return found[1] if found else ""


class Side:
    """One of the two: what runs modules, and which libraries its clients see."""

    def __init__(self, interpreter, library_path, build=None):
        self.interpreter = interpreter
        self.library_path = library_path
        self.sanitized, self.preload = False, None
        if build:
            libraries, self.sanitized = needed(os.path.join(build, LIBRARY))
            self.preload = runtime_of(libraries) if self.sanitized else None

    def prepare(self):
        """In the child: a group to be ended as one; no session, whose leader a closed pty would end."""
        os.setpgid(0, 0)
        if not self.sanitized:
            # Soft alone: some programs set their own limits.
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))

    def run(self, case, folder):
        """(output, messages, status, paths that the loader initialised)."""
        work, trace = os.path.join(folder, "work"), os.path.join(folder, "trace")
        for path in (work, trace):
            shutil.rmtree(path, ignore_errors=True)
            os.mkdir(path)
        env = {"PATH": os.environ["PATH"], "HOME": work, "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "dumb",
               "CASES": os.path.dirname(case), "LD_DEBUG": "libs", "LD_DEBUG_OUTPUT": os.path.join(trace, "ld")}
        if self.library_path:
            env["LD_LIBRARY_PATH"] = self.library_path
        if self.sanitized:
            env["ASAN_OPTIONS"] = "detect_leaks=0"
        is_module = case.endswith(".lua")
        if self.sanitized:
            # An interpreter with a runtime of its own inside, as clang makes it, bears no second one.
            inside = is_module and self.preload and os.path.isabs(self.preload)
            env["LD_PRELOAD"] = " ".join(filter(None, ("" if inside else self.preload,
                                                       directive(case, "sanitizer-preload"))))
        command = [self.interpreter, case] if is_module else ["sh", case]
        output, messages = os.path.join(folder, "out"), os.path.join(folder, "err")
        with open(output, "wb") as out, open(messages, "wb") as err:
            child = subprocess.Popen(command, cwd=work, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                     preexec_fn=self.prepare)
            try:
                status = child.wait(timeout=SECONDS)
            except subprocess.TimeoutExpired:
                status = f"stopped after {SECONDS} s"
            try:
                # Whatever the case left running ends with it.
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            child.wait()
        loaded = set()
        for name in os.listdir(trace):
            loaded.update(INITIALISED.findall(read(os.path.join(trace, name))))
        return read(output), read(messages), status, loaded


def read(path):
    with open(path, encoding="latin-1", newline="") as file:
        return file.read()


def listing(output, messages, status):
    """One text of all that can be seen, for comparing and for showing."""
    text = f"{output}\n-- messages\n{messages}\n-- status {status}\n"
    return ADDRESS.sub("0xADDRESS", text)


def prove(case, paths, ours):
    """What the loaded `paths` fail to show of a client of the reference, or of `ours`; "" if all is well."""
    mine = os.path.realpath(ours.library_path) if ours else None
    libraries = {os.path.realpath(path) for path in paths if os.path.basename(path) == LIBRARY}
    if mine and any(os.path.dirname(path) != mine for path in libraries):
        return f"loads {', '.join(sorted(libraries))} beside or instead of ours"
    if case.endswith(".lua"):
        return "" if any("/lua/5.1/" in path for path in paths) else "loads no C module"
    return "" if libraries else f"does not load {LIBRARY}"


def judge(case, reference, ours):
    """(verdict, what to show)."""
    if ours.sanitized and not ours.preload and case.endswith(".sh"):
        return "SKIPPED", "the sanitizer's runtime is not there as a shared library"
    if ours.sanitized and directive(case, "no-sanitizer"):
        return "SKIPPED", directive(case, "no-sanitizer")
    folder = tempfile.mkdtemp(prefix="dropin-")
    try:
        expected = reference.run(case, folder)
        if expected[2] != 0 or not expected[0].strip():
            return "TROUBLE", "fails under the reference itself\n" + listing(*expected[:3])
        wrong = prove(case, expected[3], None)
        if wrong:
            return "TROUBLE", f"proves nothing: {wrong}"
        actual = ours.run(case, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    before, after = listing(*expected[:3]), listing(*actual[:3])
    if before != after:
        diff = difflib.unified_diff(before.splitlines(), after.splitlines(), "reference", "ours", lineterm="")
        return "DIFFERENT", "\n".join(diff)
    if "no version information" in actual[1]:
        return "DIFFERENT", actual[1]
    wrong = prove(case, actual[3], ours)
    return ("DIFFERENT", wrong) if wrong else ("SAME", "")


def main(build, cases):
    build = os.path.abspath(build)
    for path in (os.path.join(build, "lua"), os.path.join(build, LIBRARY)):
        if not os.path.isfile(path):
            raise Trouble(f"{path}: not there")
    interpreter = shutil.which(REFERENCE)
    if not interpreter:
        raise Trouble(f"no reference: '{REFERENCE}' is not in the PATH")
    if not cases:
        raise Trouble("no cases")
    with tempfile.TemporaryDirectory(prefix="dropin-lib-") as only:
        # BUILD holds other files too; the loader is shown the library alone.
        shutil.copy(os.path.join(build, LIBRARY), only)
        reference = Side(interpreter, None)
        ours = Side(os.path.join(build, "lua"), only, build)
        count = dict.fromkeys(("SAME", "DIFFERENT", "SKIPPED", "TROUBLE"), 0)
        with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", os.cpu_count()))) as pool:
            for case, (verdict, shown) in zip(cases, pool.map(lambda case: judge(case, reference, ours), cases)):
                count[verdict] += 1
                kind = "module" if case.endswith(".lua") else "program"
                name = os.path.splitext(os.path.basename(case))[0]
                print(f"{verdict:<9} {kind:<7} {name}" + (f": {shown}" if verdict == "SKIPPED" else ""), flush=True)
                if verdict in ("DIFFERENT", "TROUBLE"):
                    print("\n".join("  " + line[:WIDTH] for line in shown.splitlines()), flush=True)
    failed = count["DIFFERENT"] + count["TROUBLE"]
    print(f"{count['SAME']} passed, {failed} failed, {count['SKIPPED']} skipped")
    if count["TROUBLE"] or not count["SAME"] + failed:
        return 2
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1], [os.path.abspath(line) for line in sys.stdin.read().splitlines()]))
    except Trouble as trouble:
        print(f"dropin: {trouble}", file=sys.stderr)
        sys.exit(2)
