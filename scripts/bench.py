#!/usr/bin/env python3
"""Why this file exists: it is scripts/bench's command line: it runs the programs of tests/bench in
several Lua interpreters, and prints how their costs compare with the first one's.

Exit status: 0 all well, 1 outputs differ or (--check) too slow, 2 trouble.
"""
import argparse
import concurrent.futures
import os
import sys
import tempfile

sys.dont_write_bytecode = True
from benching import measure, plan, table  # noqa: E402  (needs the line above first)

REFERENCE = "lua5.1"
CANDIDATE = os.path.join("build", "release", "lua")
PEERS = ["luajit -joff", "luajit", "lua5.4"]
LEAST_MEAN = 1.5
WELL, BAD, TROUBLE = 0, 1, 2


def arguments(argv):
    parser = argparse.ArgumentParser(
        prog="bench", description="Run the programs of tests/bench in several interpreters and "
        "compare CPU time and peak memory with the first one's.  Default: lua5.1, CANDIDATE, "
        + ", ".join(PEERS) + ".")
    parser.add_argument("candidate", nargs="?", metavar="CANDIDATE",
                        help="the interpreter that matters (default: build/release/lua)")
    parser.add_argument("--runs", type=int, default=5, metavar="N",
                        help="rounds; in each every interpreter runs once (default: 5)")
    parser.add_argument("--only", default="*", metavar="GLOB",
                        help="only programs whose name matches ('sort*', 'compile/*')")
    parser.add_argument("--programs", default=plan.PROGRAMS, metavar="DIR",
                        help="take the programs from here instead of tests/bench")
    parser.add_argument("--interpreters", metavar="A,B,...",
                        help="others than the default ones; the first is the reference; each may "
                        "have options ('luajit -joff')")
    parser.add_argument("--callgrind", action="store_true",
                        help="count instructions instead (needs valgrind; about 50 times slower); "
                        "default interpreters: reference and candidate")
    parser.add_argument("--check", action="store_true",
                        help="fail if the second interpreter is slower than the first in any "
                        f"program, or less than {LEAST_MEAN} times as fast in the mean")
    options = parser.parse_args(argv)
    if options.runs < 1:
        parser.error("--runs needs a positive number")
    if options.interpreters and options.candidate:
        parser.error("CANDIDATE and --interpreters exclude each other")
    return options


def labels_of(options):
    if options.interpreters:
        return [label.strip() for label in options.interpreters.split(",")]
    pair = [REFERENCE, options.candidate or os.path.relpath(os.path.join(plan.TOP, CANDIDATE))]
    return pair if options.callgrind or options.check else pair + PEERS


def find_interpreters(options):
    """Those that are there.  The reference must be, and whatever was asked for by name."""
    found = []
    labels = labels_of(options)
    if len(set(labels)) != len(labels):
        raise plan.PlanError("an interpreter is named twice")
    for place, label in enumerate(labels):
        interpreter = plan.find_interpreter(label)
        if interpreter:
            found.append(interpreter)
        elif place == 0 or options.check or (place == 1 and options.candidate):
            raise plan.PlanError(f"{label}: no such program")
        else:
            print(f"left out: {label}: no such program")
    if len(found) < 2:
        raise plan.PlanError("nothing to compare with the reference")
    for interpreter in found:
        print(f"{interpreter.label}: {interpreter.version}")
    print()
    return found


def in_rounds(program, interpreters, rounds):
    """Time every interpreter once a round, every other round in the opposite order."""
    runs = {interpreter.label: [] for interpreter in interpreters}
    for number in range(rounds):
        for interpreter in interpreters[::-1 if number % 2 else 1]:
            command = program.command(interpreter)
            if command:
                runs[interpreter.label].append(measure.time_command(command))
    return runs


def counted(program, interpreters, scratch):
    """Counts do not depend on what else the machine does, so all run at once."""
    jobs = {interpreter.label: [] for interpreter in interpreters}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for interpreter in interpreters:
            command = program.command(interpreter)
            if command:
                plain = measure.without_debug_information(command[0], scratch)
                job = pool.submit(measure.count_command, [plain, *command[1:]])
                jobs[interpreter.label].append(job)
        return {label: [job.result() for job in waiting] for label, waiting in jobs.items()}


def bench(options, interpreters, scratch):
    report = table.Table(interpreters, options.callgrind)
    names = plan.select_programs(options.programs, options.only)
    if not options.callgrind:
        measure.prepare()
    report.heading()
    for name in names:
        program = plan.make_program(name, options.programs, interpreters[0], scratch)
        if not program.command(interpreters[0]):
            raise plan.PlanError(f"{interpreters[0].label} has no luac beside it, for {name}")
        runs = (counted(program, interpreters, scratch) if options.callgrind
                else in_rounds(program, interpreters, options.runs))
        failures = [run.failure for run in runs[interpreters[0].label] if run.failure]
        if failures:
            raise measure.MeasureError(f"{name}: the reference fails: {failures[0]}")
        report.row(program, runs)
    report.summary()
    lacking = report.shortcomings(interpreters[1], LEAST_MEAN) if options.check else []
    for line in lacking:
        print(f"TOO SLOW {line}")
    return BAD if report.differences or lacking else WELL


def main(argv):
    options = arguments(argv)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            return bench(options, find_interpreters(options), scratch)
    except (plan.PlanError, measure.MeasureError) as e:
        print(f"bench: {e}", file=sys.stderr)
        return TROUBLE
    except KeyboardInterrupt:
        return TROUBLE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
