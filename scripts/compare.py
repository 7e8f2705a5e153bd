#!/usr/bin/env python3
"""Why this file exists: it is scripts/compare.sh's command line: it runs each file in two Lua
programs and says where they differ.  docs/oracle/cases.md describes files and verdicts.

Exit status like diff's: 0 all the same, 1 differences, 2 trouble (which wins).
"""
import argparse
import collections
import concurrent.futures.process
import dataclasses
import multiprocessing.util
import os
import shutil
import subprocess
import sys
import traceback

sys.dont_write_bytecode = True
from comparing import execute, judge, plan, programs, suite, table  # noqa: E402  (needs the line above first)

REFERENCE = "lua5.1"
LOCALE_SOURCES = "/usr/share/i18n/locales"  # of the package locales
CANDIDATE = os.path.join(plan.TOP, "build", "release", "lua")
CORPUS = os.path.join(plan.TOP, "oracle", "corpus")
SAME, DIFFERENT, TROUBLE = 0, 1, 2
EXPECTED_HANG_SECONDS = 1.0
SANITIZED_SLOWNESS = 10.0
STRESSED_SLOWNESS = 30.0


def arguments(argv):
    parser = argparse.ArgumentParser(
        prog="compare.sh", usage="compare.sh [options] [REF CAND] [FILES...]",
        description="Run each file in two Lua programs and say where they differ.  Without REF "
        "CAND: lua5.1 against build/release/lua; without FILES: the PUC-Rio suite and the cases "
        "under oracle/corpus.  A FILE is a .lua or .cases file or a folder of them.")
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1, metavar="N",
                        help="pairs at a time (default: number of cores)")
    parser.add_argument("-k", "--keep", default="", metavar="TEXT",
                        help="only cases whose id contains TEXT")
    parser.add_argument("-t", "--tag", default="", help="only cases that carry TAG")
    parser.add_argument("-v", "--verbose", action="store_true", help="a line for each case")
    parser.add_argument("-l", "--list", action="store_true", help="list the cases, run nothing")
    parser.add_argument("--mode", choices=plan.cases.MODES,
                        help="how CAND was built (default: from its path build/<mode>/lua)")
    parser.add_argument("--slow", type=float, default=0, metavar="FACTOR",
                        help="stretch CAND's time limits (default: by its mode)")
    parser.add_argument("--suite-modes", default="portable,soft,full", metavar="LIST",
                        help="modes of the PUC-Rio suite: portable, soft, full, each also with "
                        "+rt, through dump and undump (default: %(default)s)")
    parser.add_argument("--any-version", action="store_true",
                        help="accept a REF that is another version of Lua")
    options = parser.parse_intermixed_args(argv)
    if options.jobs < 1 or options.slow < 0:
        parser.error("-j and --slow need positive numbers")
    try:
        options.suite_modes = suite.chosen_modes(options.suite_modes)
    except suite.SuiteError as e:
        parser.error(str(e))
    if not all(mode.is_portable for mode in options.suite_modes):
        parser.error("modes that need a build of ours are for scripts/suite")
    return options


def is_input(word):
    return word.endswith((".lua", ".cases")) or os.path.isdir(word)


def split_words(words):
    """[REF CAND] [FILES...]: a first word that is a Lua file or a folder is no program."""
    if words and not is_input(words[0]):
        if len(words) < 2 or is_input(words[1]):
            raise programs.ProgramError(f"{words[0]}: a reference without a candidate")
        return words[0], words[1], words[2:]
    return None, None, words


def run_quietly(command):
    print(f"compare: running {' '.join(command)}", file=sys.stderr)
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
    return done.returncode == 0


def ensure_reference():
    """Install the default reference, and what its locales are made from, if missing and we may."""
    if shutil.which(REFERENCE) and os.path.isdir(LOCALE_SOURCES):
        return
    if not run_quietly([os.path.join(plan.TOP, "scripts", "install-deps"), "--compare"]):
        raise programs.ProgramError(f"{REFERENCE} or {LOCALE_SOURCES} is missing, and scripts/install-deps --compare "
                                    "could not install it")


def ensure_candidate():
    if os.path.exists(CANDIDATE):
        return
    if not run_quietly(["make", "-C", plan.TOP, "VARIANT=release", f"-j{os.cpu_count() or 1}",
                        "lua"]):
        raise programs.ProgramError("build/release/lua is missing and `make lua` failed")


def ensure_suite(folder):
    if os.path.isfile(os.path.join(folder, "strings.lua")):
        return
    if not run_quietly([os.path.join(plan.TOP, "scripts", "suite-files")]):
        raise plan.PlanError("the suite's files are missing; run: scripts/suite-files")


def look_at_both(options, ref, cand):
    if ref is None:
        ensure_reference()
        ensure_candidate()
    reference = programs.look_at(ref or REFERENCE)
    candidate = programs.look_at(cand or CANDIDATE, options.mode)
    programs.check_reference(reference, ref is not None, options.any_version)
    return reference, candidate


# ---- Workers ---------------------------------------------------------------

_worker = {}


def start_worker(reference, candidate, slowness):
    execute.be_a_worker()
    _worker["judge"] = judge.Judge(reference, candidate)
    rooms = (execute.Room(reference), execute.Room(candidate, slowness))
    _worker["rooms"] = rooms
    multiprocessing.util.Finalize(None, lambda: [room.remove() for room in rooms], exitpriority=1)


def expects(job):
    """Is the reference known to fail, so that only the recorded answer counts?"""
    return bool(job.case and job.case.expect_reference)


def run_pair(job):
    """The verdict on one job.  A difference is confirmed by asking the reference again: if it
    contradicts itself, the case is at fault."""
    if job.skip:
        return judge.Verdict("SKIP", job.skip)
    ref_room, cand_room = _worker["rooms"]
    try:
        if job.case and job.case.expect_reference == "timeout" and ref_room.program.pinned:
            ref = ref_room.run(dataclasses.replace(job, seconds=EXPECTED_HANG_SECONDS))
        else:
            ref = ref_room.run(job)
        # A program that failed is not asked to fail again.
        is_known = _worker["judge"].same_program and (ref.timed_out or ref.signal)
        cand = ref if is_known else cand_room.run(job)
        verdict = _worker["judge"].judge(job, ref, cand)
        if job.suite:
            same = ref_room.program.pinned
            verdict.cells = (suite.cell(job, ref, is_reference=same), suite.cell(job, cand))
        if verdict.kind == "DIFFERENT" and job.criterion == "equal" and not expects(job):
            again = _worker["judge"].compare(job, ref, ref_room.run(job))
            if again.kind == "DIFFERENT":
                return judge.Verdict("UNSTABLE", "the reference differs from itself: " + again.what,
                                     again.details, cells=verdict.cells)
        return verdict
    except (OSError, ValueError) as e:
        return judge.Verdict("TROUBLE", f"{type(e).__name__}: {e}")


# ---- Report ----------------------------------------------------------------

def worded(case):
    """The claim of a case, unless its name already says it."""
    return f" ({case.title})" if case and case.title != case.name.replace("-", " ") else ""


class Report:
    """Prints verdicts as they come, in the order of the files."""

    def __init__(self, verbose, suite_modes):
        self.verbose = verbose
        names = [mode.name for mode in suite_modes]
        self.table = table.Table("PUC-Rio suite, reference and candidate",
                                 [who + name for who in ("ref ", "cand ") for name in names])
        self.count = collections.Counter()
        self.classes = collections.Counter()

    def line(self, kind, label, what="", details=()):
        print(f"{kind:<11} {label}{': ' if what else ''}{what}")
        for detail in details:
            print(f"    {detail}")

    def group(self, group, verdicts):
        if group.error:
            self.add(judge.Verdict("TROUBLE"))
            self.line("TROUBLE", group.path, group.error)
            return
        ordinary = 0
        for job, verdict in zip(group.jobs, verdicts):
            self.add(verdict)
            self.add_to_table(job, verdict)
            is_plain = verdict.kind in ("SAME", "SAME~")
            ordinary += is_plain
            if self.verbose or not is_plain:
                self.line(verdict.kind, job.label + worded(job.case), verdict.what,
                          verdict.details)
        if not self.verbose and ordinary:
            many = len(group.jobs) > 1
            unit = "modes" if group.jobs[0].suite else "cases"
            what = f"{ordinary} of {len(group.jobs)} {unit}" if many else verdicts[0].what
            self.line("SAME", group.path, what)
        sys.stdout.flush()

    def add(self, verdict):
        self.count[verdict.kind] += 1
        self.classes[verdict.cls] += 1

    def add_to_table(self, job, verdict):
        if not job.suite:
            return
        file, mode = job.suite
        cells = verdict.cells or (suite.Cell("SKIP", job.skip),) * 2
        if cells[1].kind == "PASS" and verdict.kind == "DIFFERENT":
            cells = cells[0], dataclasses.replace(cells[1], kind="DIFF", why="output differs")
        for who, cell in zip(("ref ", "cand "), cells):
            self.table.put(file, who + mode, cell)

    def summary(self):
        print("--")
        if self.table.rows:
            print("\n".join(self.table.lines()) + "\n--")
        print("  ".join(f"{kind} {n}" for kind, n in sorted(self.count.items())))
        print(f"{self.classes[judge.PASS]} passed, "
              f"{self.classes[judge.FAIL] + self.classes[judge.TROUBLE]} failed, "
              f"{self.classes[judge.NEUTRAL]} skipped")

    def status(self):
        if self.classes[judge.TROUBLE]:
            return TROUBLE
        return DIFFERENT if self.classes[judge.FAIL] else SAME


def slowness_of(options, candidate):
    if options.slow:
        return options.slow
    if candidate.mode == "gcstress":
        return STRESSED_SLOWNESS
    slow = candidate.sanitized or candidate.mode in ("asan", "coverage", "fuzz")
    return SANITIZED_SLOWNESS if slow else 1.0


def compare(options, reference, candidate, groups):
    report = Report(options.verbose, options.suite_modes)
    for who, program in (("reference", reference), ("candidate", candidate)):
        note = "" if program.pinned else f"   (not {programs.PINNED})"
        print(f"{who}: {program.path}: {program.version}{note}")
    jobs = [job for group in groups for job in group.jobs]
    sys.stdout.flush()
    with concurrent.futures.ProcessPoolExecutor(
            max_workers=max(1, min(options.jobs, len(jobs))),
            mp_context=multiprocessing.get_context("fork"), initializer=start_worker,
            initargs=(reference, candidate, slowness_of(options, candidate))) as pool:
        verdicts = pool.map(run_pair, jobs)
        for group in groups:
            report.group(group, [next(verdicts) for _ in group.jobs])
    report.summary()
    return report.status()


def main(argv):
    options = arguments(argv)
    resources = plan.Resources()
    try:
        folder = suite.find(resources)
        ref, cand, files = split_words(options.words)
        if not files:
            ensure_suite(folder)
            files = [folder, CORPUS]
        # Who names SUITE_DIR means the suite, also where it is a tarball.
        files = [folder if f == os.environ.get("SUITE_DIR") else f for f in files]
        candidate_mode = options.mode
        if not options.list:
            reference, candidate = look_at_both(options, ref, cand)
            candidate_mode = candidate.mode
        groups = [plan.group_of(path, candidate_mode or "release", resources, folder,
                                options.suite_modes) for path in plan.expand(files)]
        groups = plan.select(groups, options.keep, options.tag)
        if not groups:
            raise plan.PlanError("nothing to compare: no case is selected")
        if options.list:
            for group in groups:
                print("\n".join(job.label for job in group.jobs) or f"TROUBLE {group.error}")
            return TROUBLE if any(group.error for group in groups) else SAME
        return compare(options, reference, candidate, groups)
    except (programs.ProgramError, plan.PlanError, suite.SuiteError,
            concurrent.futures.process.BrokenProcessPool) as e:
        print(f"compare: {e}", file=sys.stderr)
        return TROUBLE
    except KeyboardInterrupt:
        return TROUBLE
    finally:
        resources.remove()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Exception:  # a defect of this tool: Python's own status for it, 1, means "differences"
        traceback.print_exc()
        sys.exit(TROUBLE)
