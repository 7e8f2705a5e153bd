#!/usr/bin/env python3
"""Why this file exists: a comparison that cannot fail is worth nothing.  Each test plants one
difference, or one kind of trouble, with small shell scripts as interpreters, and asks that
scripts/compare.sh reports it as what it is, with the right exit status."""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

COMPARE = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "compare.sh"
PINNED = "Lua 5.1.5  as good as any"


class Comparison(unittest.TestCase):
    """A folder with fake interpreters and case files, and a way to compare them."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="test-compare-")
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name)
        self.cases = self.root / "cases"
        self.cases.mkdir()

    def program(self, name, text, version=PINNED):
        """A program that knows its version and runs `text`, the same whatever the case."""
        path = self.root / name
        path.write_bytes(b'#!/bin/sh\nif [ "$1" = -v ]; then echo "' + version.encode() +
                         b'"; exit 0; fi\n' + text.encode("latin-1") + b"\n")
        path.chmod(0o755)
        return str(path)

    def case(self, text="=== one-case\nprint(1)\n", name="a.cases"):
        path = self.cases / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("latin-1"))
        return str(path)

    def run_compare(self, *words, env=None):
        done = subprocess.run([str(COMPARE), *words], stdin=subprocess.DEVNULL, timeout=120,
                              capture_output=True, env={**os.environ, **(env or {})}, check=False)
        self.output = (done.stdout + done.stderr).decode("latin-1")
        return done.returncode

    def compare(self, ref, cand, *options, status, says):
        """Compare two script texts over the cases: the exit status, and texts it must print."""
        ref = self.program("ref", ref)
        cand = self.program("cand", cand)
        got = self.run_compare(*options, ref, cand, str(self.cases))
        self.expect(got, status, says)

    def expect(self, got, status, says):
        for text in [says] if isinstance(says, str) else says:
            self.assertIn(text, self.output)
        self.assertEqual(got, status, self.output)


class Differences(Comparison):
    def setUp(self):
        super().setUp()
        self.case()

    def test_equal_programs_are_the_same(self):
        self.compare("echo x", "echo x", status=0, says=["SAME ", "1 passed, 0 failed, 0 skipped"])

    def test_stdout_is_compared(self):
        self.compare("echo x", "echo y", status=1,
                     says=["DIFFERENT", "a.cases#one-case: stdout", "-x", "+y",
                           "0 passed, 1 failed"])

    def test_stderr_is_compared(self):
        self.compare("echo x >&2", "echo y >&2", status=1, says="a.cases#one-case: stderr")

    def test_exit_status_is_compared(self):
        self.case("=== one-case expect=exit=3\nx\n")
        self.compare("exit 3", "exit 4", status=1,
                     says=["a.cases#one-case: exit", "exit status 3", "exit status 4"])

    def test_a_missing_final_newline_is_seen(self):
        self.compare("echo x", "printf x", status=1, says="+x (no newline at the end)")

    def test_bytes_that_are_no_text_are_compared_and_shown(self):
        self.compare(r"printf '\303\000\n'", r"printf '\302\000\n'", status=1,
                     says=[r"-\xc3\x00", r"+\xc2\x00"])

    def test_an_extra_empty_line_is_seen(self):
        self.compare("echo x", "echo x; echo", status=1, says="stdout")

    def test_no_output_differs_from_some(self):
        self.compare("echo x", "true", status=1, says="stdout")

    def test_one_difference_among_many_fails_the_whole(self):
        self.case("=== good-one\nx\n=== bad-one\ny\n=== good-two\nx\n")
        self.compare("cat case.lua", "sed s/y/z/ case.lua", status=1,
                     says=["#bad-one", "2 passed, 1 failed, 0 skipped"])

    def test_verbose_names_each_case(self):
        self.compare("echo x", "echo x", "-v", status=0, says="a.cases#one-case")

    def test_addresses_may_differ(self):
        self.compare("echo table: 0x11 table: 0x22", "echo table: 0xa1 table: 0xb2", status=0,
                     says="SAME~ 1")

    def test_but_not_which_are_the_same(self):
        self.compare("echo table: 0x11 table: 0x11", "echo table: 0xa1 table: 0xb2", status=1,
                     says="table: @2")

    def test_the_programs_name_may_differ_at_the_start_of_a_report(self):
        self.compare("echo ref: no >&2", "echo cand: no >&2", status=0, says="SAME~ 1")

    def test_but_nowhere_else(self):
        self.compare("echo in ref: no >&2", "echo in cand: no >&2", status=1, says="stderr")
        self.compare("echo ref: no", "echo cand: no", status=1, says="stdout")

    def test_a_reference_that_contradicts_itself_is_unstable(self):
        self.compare("echo $$", "echo x", status=1, says="UNSTABLE")

    def test_channels_can_be_restricted(self):
        self.case("=== exit-only channels=exit\nx\n")
        self.compare("echo x", "echo y", status=0, says="SAME")
        self.compare("exit 0", "exit 1", status=1, says="DIFFERENT")


class Deaths(Comparison):
    def setUp(self):
        super().setUp()
        self.case("=== one-case time=1\nprint(1)\n")

    def test_a_crash_names_its_signal(self):
        self.compare("echo x", "echo x; kill -SEGV $$", status=1, says="CRASH       ")
        self.assertIn("candidate SIGSEGV", self.output)

    def test_a_hang_is_a_timeout(self):
        self.compare("echo x", "echo x; sleep 60", status=1, says=["TIMEOUT", "candidate"])

    def test_a_hang_that_ignores_the_polite_signal_is_a_timeout(self):
        self.compare("echo x", "trap '' TERM; while :; do sleep 1; done", status=1, says="TIMEOUT")

    def test_what_a_program_leaves_behind_is_killed(self):
        note = self.root / "pid"
        self.compare("echo x", f"sleep 60 & echo $! > {note}; echo x", status=0, says="SAME")
        pid = int(note.read_text())
        deadline = time.time() + 5
        while time.time() < deadline and not self.is_gone(pid):
            time.sleep(0.05)
        self.assertTrue(self.is_gone(pid))

    @staticmethod
    def is_gone(pid):
        try:
            return "State:\tZ" in pathlib.Path(f"/proc/{pid}/status").read_text()
        except OSError:
            return True

    def test_a_sanitizers_report_is_named(self):
        self.compare("true", "echo '==1==ERROR: AddressSanitizer: heap' >&2; exit 99", status=1,
                     says="SANITIZER")

    def test_a_crash_of_the_reference_is_neutral_and_counted(self):
        self.compare("kill -SEGV $$", "echo x", status=0,
                     says=["REF-CRASH", "0 passed, 0 failed, 1 skipped"])

    def test_a_hang_of_the_reference_is_neutral_and_counted(self):
        self.compare("sleep 60", "echo x", status=0, says=["REF-TIMEOUT", "1 skipped"])

    def test_a_crash_of_both_is_the_candidates_crash(self):
        self.compare("kill -SEGV $$", "kill -SEGV $$", status=1, says="CRASH")

    def test_slow_programs_may_be_given_time(self):
        self.compare("echo x", "sleep 1.5; echo x", "--slow", "10", status=0, says="SAME")


class Expectations(Comparison):
    def test_a_reference_that_contradicts_its_case_is_trouble(self):
        self.case("=== wrong-status expect=exit=3\nx\n")
        self.compare("exit 4", "exit 4", status=2, says="DRIFT")
        self.case("=== wrong-output\nx\n--- out\nhello\n")
        self.compare("echo hallo", "echo hallo", status=2, says="DRIFT")
        self.case("=== no-failure\nx\n")
        self.compare("exit 1", "exit 1", status=2, says="DRIFT")
        self.case("=== no-error phase=compile\nx\n")
        self.compare("exit 0", "exit 0", status=2, says="DRIFT")

    def test_a_known_crash_is_passed_by_the_recorded_answer(self):
        self.case("=== crashes-there expect=ref-crash\nx\n--- out\nright\n")
        self.compare("kill -SEGV $$", "echo right", status=0, says=["REF-CRASH", "1 passed"])
        self.compare("kill -SEGV $$", "echo wrong", status=1, says="not the recorded answer")
        self.compare("kill -SEGV $$", "kill -SEGV $$", status=1, says="CRASH")
        self.compare("echo right", "echo right", status=2, says="DRIFT")

    def test_a_known_wrong_answer_is_passed_by_the_recorded_one(self):
        self.case("=== wrong-there expect=ref-wrong\nx\n--- out\nright\n")
        self.compare("echo wrong", "echo right", status=0, says="REF-WRONG")
        self.compare("echo wrong", "echo wrong", status=1, says="DIFFERENT")

    def test_a_known_difference_is_written_down_until_it_is_gone(self):
        self.case("=== known-one\n--@ known: we like it so\nx\n")
        self.compare("echo x", "echo y", status=0, says=["KNOWN", "we like it so"])
        self.compare("echo x", "echo x", status=1, says="FIXED")

    def test_modes_choose_cases(self):
        self.case("=== not-here modes=!asan\nx\n")
        self.compare("echo x", "echo y", "--mode", "asan", status=0, says=["SKIP", "1 skipped"])
        self.compare("echo x", "echo y", status=1, says="DIFFERENT")


class Conditions(Comparison):
    """What a program is given.  The reference has to print what the case records."""

    def check(self, case, text):
        self.case(case)
        self.compare(text, text, status=0, says="SAME")

    def test_arguments_standard_input_environment_and_files(self):
        self.check('=== all-of-it args="a \'b c\'" stdin=\'"in\\n"\' env=X=y\nchunk\n'
                   "--- file d/f.txt\nfile\n--- out\ncase.lua|a|b c\nin\ny\nfile\nchunk\n",
                   'echo "$1|$2|$3"; cat; echo "$X"; cat d/f.txt case.lua')

    def test_a_whole_command_line(self):
        self.check("=== command-line\n--@ cli: -e 'a b' -\n--- stdin noeol\nx\n"
                   "--- out\n-e|a b|-\nx\n",
                   'echo "$1|$2|$3"; cat; echo')

    def test_the_environment_is_closed(self):
        os.environ["LEAK"] = "leaked"
        self.addCleanup(os.environ.pop, "LEAK")
        self.check("=== closed-world\nx\n--- out\nC UTC\n", 'echo "$LC_ALL $TZ$LEAK$LUA_INIT"')

    def test_the_directory_is_private_and_fresh(self):
        self.check("=== fresh-one\nx\n--- out\ncase.lua\n=== fresh-two\nx\n--- out\ncase.lua\n",
                   "ls; touch left-over")

    def test_memory_is_limited(self):
        self.check("=== small-one mem=64M\nx\n--- out\n65536\n", "ulimit -v")

    def test_addresses_are_not_randomised(self):
        self.check("=== same-addresses\nx\n--- out\n00040000\n", "cat /proc/self/personality")

    def test_a_script_finds_the_program_as_lua(self):
        self.check("=== again-please\nx\n--- out\nagain\n",
                   'if [ "$1" = again ]; then echo again; else lua again; fi')

    def test_a_plain_program_sees_its_neighbours(self):
        self.case("require", name="main.lua")
        self.case("beside", name="mod.lua")
        ref = self.program("ref", "cat main.lua mod.lua")
        self.expect(self.run_compare("-v", ref, ref, str(self.cases / "main.lua")), 0, "SAME")


class Suite(Comparison):
    def compare_suite(self, name, ref, cand, status, says, modes="portable"):
        self.case("text", name=name)
        ref, cand = self.program("ref", ref), self.program("cand", cand)
        got = self.run_compare("--suite-modes", modes, ref, cand, str(self.cases),
                               env={"SUITE_DIR": str(self.cases)})
        self.expect(got, status, says)

    def test_files_whose_output_varies_must_pass_in_both(self):
        self.compare_suite("sort.lua", "echo 1; echo OK", "echo 2; echo OK", 0,
                           "output not compared")
        self.compare_suite("sort.lua", "echo OK", "echo 2", 1, "candidate fails")
        self.compare_suite("sort.lua", "echo OK", "echo OK; exit 1", 1, "candidate fails")

    def test_other_files_are_compared_whole(self):
        self.compare_suite("strings.lua", "echo 1; echo OK", "echo 2; echo OK", 1,
                           ["stdout", "DIFF   0.00 a", "a  output differs"])

    def test_where_the_reference_fails_the_candidate_must_pass(self):
        self.compare_suite("main.lua", "exit 1", "echo OK", 0, ["REF-FAILS", "1 passed"])
        self.compare_suite("main.lua", "exit 1", "exit 1", 1, "so does the reference")

    def test_the_driver_must_come_to_its_end(self):
        self.compare_suite("all.lua", "exit 1", "echo 'final OK !!!'", 0, "REF-FAILS")
        self.compare_suite("all.lua", "exit 1", "echo OK", 1, "candidate fails")

    def test_each_mode_runs_and_has_its_column(self):
        show = 'echo "$*"; ls libs; echo "${LOCPATH:+locale}"; echo OK'
        self.compare_suite("strings.lua", show, show, 0, ["3 passed", "ref portable", "cand full+rt"],
                           "portable,soft,full+rt")
        self.compare_suite("strings.lua", show, f"[ $# = 1 ] || echo more; {show}", 1,
                           ["(soft): stdout", "(full+rt): stdout", "1 of 3 modes"],
                           "portable,soft,full+rt")

    def test_a_mode_of_another_build_is_an_error(self):
        self.compare_suite("strings.lua", "echo OK", "echo OK", 2, "scripts/suite", "internal")
        self.compare_suite("strings.lua", "echo OK", "echo OK", 2, "unknown mode", "none")

    def test_a_tarball_must_be_the_official_one(self):
        wrong = self.root / "wrong.tar.gz"
        wrong.write_bytes(b"no tarball")
        good = self.program("good", "echo OK")
        got = self.run_compare(good, good, env={"SUITE_DIR": str(wrong)})
        self.expect(got, 2, "is not the official suite's")
        got = self.run_compare(good, good, str(wrong), env={"SUITE_DIR": str(wrong)})
        self.expect(got, 2, "is not the official suite's")


class Trouble(Comparison):
    def setUp(self):
        super().setUp()
        self.good = self.program("good", "echo x")
        self.file = self.case()

    def trouble(self, *words, says, env=None):
        self.expect(self.run_compare(*words, env=env), 2, says)

    def test_a_missing_program_is_trouble(self):
        self.trouble(str(self.root / "none"), self.good, self.file, says="no such program")
        self.trouble(self.good, str(self.root / "none"), self.file, says="no such program")
        self.trouble(self.good, says="reference without a candidate")

    def test_a_program_that_is_not_executable_is_trouble(self):
        plain = self.root / "plain"
        plain.write_text("x")
        self.trouble(str(plain), self.good, self.file, says="not executable")

    def test_a_reference_of_the_wrong_version_is_trouble(self):
        for version in ("Lua 5.1.4  old", "Lua 5.4.6  new", "Lua 5.1.50  far"):
            wrong = self.program("wrong", "echo x", version)
            self.trouble(wrong, self.good, self.file, says=version)
        self.assertEqual(self.run_compare("--any-version", wrong, self.good, self.file), 0)

    def test_the_default_reference_of_the_wrong_version_is_trouble(self):
        self.program("lua5.1", "echo x", "Lua 5.1.4  old")
        build = COMPARE.parents[1] / "build" / "release" / "lua"
        if not build.exists():
            self.skipTest("nothing built")
        self.trouble(self.file, says="must say 'Lua 5.1.5'",
                     env={"PATH": f"{self.root}:{os.environ['PATH']}"})

    def test_another_implementation_is_named_when_it_is_the_reference(self):
        other = self.program("other", "echo x", "OtherLua 2.1")
        self.expect(self.run_compare(other, self.good, self.file), 0, "(not Lua 5.1.5)")

    def test_a_reference_without_a_version_is_trouble(self):
        mute = self.program("mute", "echo x", "")
        self.trouble(mute, self.good, self.file, says="not a Lua")

    def test_case_files_that_are_not_understood_are_trouble(self):
        wanted = []
        for n, (text, says) in enumerate((
                ("=== one-case\n--@ tilte: x\nx\n", "a.cases:2: unknown directive 'tilte'"),
                ("=== one-case colour=red\nx\n", "a.cases:1: unknown directive 'colour'"),
                ("=== one-case #nosuch\nx\n", "a.cases:1: unknown tag 'nosuch'"),
                ("=== one-case word\nx\n", "neither #tag nor key=value"),
                ("=== one-case\nx\n--- uot\nx\n", "a.cases:3: unknown section '--- uot'"),
                ("=== one-case\nx\n--- out twice\nx\n", "unknown option 'twice'"),
                ("=== one-case\nx\n--- out\nx\n--- out\nx\n", "section 'out' given twice"),
                ("=== one-case time=1 time=2\nx\n", "directive 'time' given twice"),
                ("=== one-case time=soon\nx\n", "could not convert"),
                ("=== one-case phase=never\nx\n", "unknown phase 'never'"),
                ("=== one-case expect=luck\nx\n", "unknown expectation 'luck'"),
                ("=== one-case expect=ref-crash\nx\n", "needs '--- out'"),
                ("=== one-case needs=luck\nx\n", "unknown need 'luck'"),
                ("=== one-case\nx\n\n=== two-case\n=== one-case\nx\n", "two-case: empty case"),
                ("=== one-case\nx\n=== one-case\ny\n", "a.cases:3: duplicate id 'one-case'"),
                ("=== one-case\n\n\n", "one-case: empty case"),
                ("=== one\nx\n", "needs a title"),
                ("=== One-Case\nx\n", "a case begins"),
                ("print(1)\n=== one-case\nx\n", "a.cases:1: text before the first"),
                ("# only a comment\n", "no case in this file"),
                ("", "no case in this file"))):
            self.case(text, name=f"bad{n}.cases")
            wanted.append(f"bad{n}.cases:" + (says.split(":", 1)[1] if ".cases:" in says else ""))
            wanted.append(says.replace("a.cases", f"bad{n}.cases"))
        self.trouble(self.good, self.good, str(self.cases), says=wanted)
        self.assertEqual(self.output.count("TROUBLE  "), n + 1)

    def test_single_files_are_read_as_strictly(self):
        wanted = []
        for n, (text, says) in enumerate((
                ("--@ tilte: x\nprint(1)\n", "0.lua:1: unknown directive 'tilte'"),
                ("--@ manual: 2.1\nprint(1)\n", "needs a title"),
                ("--@ title: x\nprint(1)\n--@ args: a\n", "after the head"),
                ("\n", "empty case"))):
            self.case(text, name=f"{n}.lua")
            wanted += [f"{n}.lua:", says]
        self.trouble(self.good, self.good, str(self.cases), says=wanted)
        self.assertEqual(self.output.count("TROUBLE  "), n + 1)

    def test_trouble_in_one_file_is_not_hidden_by_others(self):
        self.case("=== bad-case what=ever\nx\n", name="b.cases")
        self.trouble(self.good, self.good, str(self.cases), says=["SAME", "TROUBLE"])

    def test_an_empty_corpus_is_trouble(self):
        empty = self.root / "empty"
        empty.mkdir()
        self.trouble(self.good, self.good, str(empty), says="no .lua or .cases file")
        self.trouble("-k", "nothing-like-it", self.good, self.good, self.file,
                     says="no case is selected")

    def test_a_file_that_cannot_be_read_is_trouble(self):
        self.trouble(self.good, self.good, str(self.cases / "none.cases"), says="No such file")

    def test_unknown_options_are_trouble(self):
        self.trouble("--nosuch", self.good, self.good, self.file, says="unrecognized arguments")
        self.trouble("-j", "0", self.good, self.good, self.file, says="positive")



def main():
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules[__name__])
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=1).run(suite)
    failed = len({id(test) for test, _ in result.failures + result.errors})
    skipped = len(result.skipped)
    print(f"{result.testsRun - failed - skipped} passed, {failed} failed, {skipped} skipped")
    return 0 if failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
