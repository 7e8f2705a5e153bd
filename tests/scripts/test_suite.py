#!/usr/bin/env python3
"""Why this file exists: a table of the suite in which nothing can fail is worth nothing.  Each test
gives scripts/suite interpreters that are small shell scripts, and a suite of one file or two."""
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest

SUITE = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "suite"
sys.dont_write_bytecode = True
sys.path.insert(0, str(SUITE.parent))
from comparing import plan, suite  # noqa: E402  (needs the line above first)


class Table(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="test-suite-")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "files").mkdir()

    def file(self, name, text="x"):
        (self.root / "files" / name).write_text(text)

    def program(self, variant, text):
        """The interpreter of a variant: it knows its version and runs `text`."""
        path = self.root / "build" / variant / "lua"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'#!/bin/sh\n[ "$1" = -v ] && {{ echo "Lua 5.1.5  x"; exit 0; }}\n{text}\n')
        path.chmod(0o755)

    def run_suite(self, *words, env=None):
        done = subprocess.run([str(SUITE), *words, str(self.root / "build")], timeout=120,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False,
                              env={**os.environ, "SUITE_DIR": str(self.root / "files"), **(env or {})})
        self.output = (done.stdout + done.stderr).decode("latin-1")
        return done.returncode

    def check(self, modes, status, *says):
        got = self.run_suite("-m", modes)
        for text in says:
            self.assertIn(text, self.output)
        self.assertEqual(got, status, self.output)

    def test_a_file_that_says_ok_passes(self):
        self.file("gc.lua")
        self.program("internal", "echo OK")
        self.check("internal", 0, "gc.lua          PASS", "suite: 1 passed, 0 failed, 0 skipped")

    def test_silence_a_bad_status_and_a_signal_fail(self):
        for text, why in (("echo", "without saying OK"), ("echo OK; exit 3", "exit status 3"),
                          ("echo OK; kill -SEGV $$", "signal SIGSEGV"),
                          ("echo OK; echo '==1==ERROR: AddressSanitizer: x' >&2", "sanitizer")):
            self.file("gc.lua")
            self.program("internal", text)
            self.check("internal", 1, "FAIL", why, "0 passed, 1 failed")

    def test_the_whole_suite_must_come_to_its_end(self):
        self.file("all.lua")
        self.file("gc.lua")
        self.program("internal", "echo OK")
        self.check("internal", 1, "FAIL all.lua", "1 passed, 1 failed")
        self.program("internal", "echo OK; echo 'final OK !!!'")
        self.check("internal", 0, "2 passed")

    def test_a_file_that_needs_t_and_has_none_is_skipped_with_a_reason(self):
        self.file("api.lua")
        self.program("internal", "echo ' >>> testC not active: skipping <<<'")
        self.check("internal", 1, "SKIP", "without the library T")   # nothing passed: no success
        self.file("gc.lua")
        self.program("internal", "echo ' >>> testC not active: skipping <<<'; echo OK")
        self.check("internal", 0, "1 passed, 0 failed, 1 skipped", "gc.lua in internal: testC")

    def test_a_round_trip_runs_the_wrapper(self):
        self.file("gc.lua")
        self.program("internal", 'cat "$1" >/dev/null && [ "$*" = "roundtrip.lua gc.lua" ] && echo OK')
        self.check("internal+rt", 0, "internal+rt", "1 passed")

    @unittest.skipUnless(shutil.which("lua5.1"), "no lua5.1")
    def test_only_soft_mode_is_soft(self):
        self.file("gc.lua", "print 'OK'")
        self.program("release", 'echo "$*" | grep -q _soft=true && echo OK')
        self.check("soft", 0, "2 passed")
        self.program("gcstress", 'echo "$*" | grep -q _soft=true || echo OK')
        self.check("gcstress", 0, "1 passed")

    @unittest.skipUnless(shutil.which("lua5.1"), "no lua5.1")
    def test_a_checked_build_has_to_print_what_the_reference_prints(self):
        self.file("strings.lua", "print 'a' print 'OK'")
        self.program("release", "echo a; echo OK")
        self.program("asan", "echo b; echo OK")
        self.check("full,asan", 1, "DIFF strings.lua (asan)", "-a", "+b", "2 passed, 1 failed")
        self.program("asan", "echo a; echo OK")
        self.check("full,asan", 0, "3 passed")
        self.program("internal", "echo more; echo OK")   # T makes files say more
        self.check("full,internal", 0, "3 passed")

    def test_the_table_ends_with_the_sum_of_each_column(self):
        self.file("gc.lua")
        self.file("db.lua")
        self.program("internal", '[ "$1" = gc.lua ] && echo OK')
        self.check("internal", 1, "passed          1/2", "1 passed, 1 failed")

    @unittest.skipUnless(shutil.which("lua5.1"), "no lua5.1")
    def test_what_is_repeatable_is_compared_with_the_reference(self):
        self.file("strings.lua", "print 'a' print 'OK'")
        self.program("release", "echo a; echo OK")
        self.check("portable", 0, "5.1 portable", "2 passed, 0 failed")
        self.program("release", "echo b; echo OK")
        self.check("portable", 1, "DIFF strings.lua (portable)", "-a", "+b", "1 passed, 1 failed")

    def test_trouble_is_neither_success_nor_failure(self):
        self.file("gc.lua")
        self.check("internal", 2, "no such program")
        self.program("internal", "echo OK")
        self.check("none", 2, "unknown mode")
        self.assertEqual(self.run_suite("-m", "internal", "-k", "zzz"), 2)
        self.assertEqual(self.run_suite("-m", "internal", env={"SUITE_DIR": "/nonexistent"}), 2)


class Tarball(unittest.TestCase):
    """The official tarball is not ours to have: here its place is taken by one that we make, whose
    sha256 a manifest of this test calls the official one."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="test-suite-")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        inside = self.root / "lua5.1-tests"
        (inside / "libs").mkdir(parents=True)
        (inside / "all.lua").write_text("all, verbatim")
        (inside / "gc.lua").write_text("gc, verbatim")
        (inside / "libs" / "lib1.c").write_text("a library of theirs")
        self.tarball = self.root / "lua5.1-tests.tar.gz"
        with tarfile.open(self.tarball, "w:gz") as archive:
            archive.add(inside, "lua5.1-tests")
        shutil.rmtree(inside)
        manifest = self.root / "MANIFEST"
        official = hashlib.sha256(self.tarball.read_bytes()).hexdigest()
        manifest.write_text(f"lua5.1-tests.tar.gz - - {official}\n")
        self.change(suite, "MANIFEST", str(manifest))
        os.environ["SUITE_DIR"] = str(self.tarball)
        self.addCleanup(os.environ.pop, "SUITE_DIR")
        self.resources = plan.Resources()
        self.addCleanup(self.resources.remove)

    def change(self, module, name, value):
        self.addCleanup(setattr, module, name, getattr(module, name))
        setattr(module, name, value)

    def test_the_official_one_is_unpacked_and_used_as_it_is(self):
        found = suite.find(self.resources)
        self.assertEqual(suite.files(found), ["gc.lua", "all.lua"])
        self.assertEqual(pathlib.Path(found, "gc.lua").read_text(), "gc, verbatim")
        job = suite.job(found, "all.lua", suite.MODES["portable"], self.resources, "x")
        self.assertEqual((job.copy_from, "libs/P1/empty" in job.files), (found, True))
        self.resources.remove()
        self.assertFalse(os.path.exists(found))

    def test_any_other_is_refused(self):
        self.tarball.write_bytes(self.tarball.read_bytes() + b"x")
        with self.assertRaisesRegex(suite.SuiteError, "is not the official suite's"):
            suite.find(self.resources)

    def test_one_without_a_suite_is_refused(self):
        with tarfile.open(self.tarball, "w:gz") as archive:
            archive.add(__file__, "lua5.1-tests/other.lua")
        official = hashlib.sha256(self.tarball.read_bytes()).hexdigest()
        pathlib.Path(suite.MANIFEST).write_text(f"lua5.1-tests.tar.gz - - {official}\n")
        with self.assertRaisesRegex(suite.SuiteError, "no all.lua in it"):
            suite.find(self.resources)


class Manifest(unittest.TestCase):
    def test_it_has_the_sum_of_the_official_tarball(self):
        self.assertEqual(suite.official_sum(),
                         "49e4ca6561f82ea605908c5041ab5fad66ed9930fa0686675bd51b02767f18ad")

    def test_it_has_every_file_with_three_sums(self):
        with open(suite.MANIFEST, encoding="ascii") as f:
            rows = [line.split() for line in f if not line.startswith("#")]
        files = [row for row in rows if row[0] != suite.TARBALL]
        self.assertEqual(len([row for row in files if row[0].endswith(".lua")]), 24)
        for row in files:
            self.assertEqual(len(row), 4)
            self.assertRegex(row[1] + " " + row[2], r"^[0-9a-f]{64} [0-9a-f]{64}$")
        self.assertEqual(sorted(row[0] for row in files if row[1] != row[2]), ["math.lua", "pm.lua"])


if __name__ == "__main__":
    tests = unittest.defaultTestLoader.loadTestsFromModule(sys.modules[__name__])
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=1).run(tests)
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad - len(result.skipped)} passed, {bad} failed, "
          f"{len(result.skipped)} skipped")
    sys.exit(1 if bad or not result.testsRun else 0)
