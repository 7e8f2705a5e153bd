"""common.py -- running compilers and collecting what is not true."""
import os
import subprocess

CC = os.environ.get("CC") or "cc"


class Trouble(Exception):
    """The comparison itself is not possible."""


def run(command, text=None, env=None, statuses=(0,)):
    """The output of a command that must end with one of `statuses`."""
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, env=env, check=False,
                              errors="replace")
    except OSError as e:
        raise Trouble(str(e)) from e
    if done.returncode not in statuses:
        raise Trouble(f"{' '.join(command)}: status {done.returncode}\n{done.stderr[:2000]}")
    return done.stdout


def outcome(command):
    """(exit status, output and messages) of a command, whatever it does."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout


def complaints(command, text):
    """What a compiler says against a text; "" if nothing."""
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stderr or f"status {done.returncode}"


class Claims:
    """Counts claims; prints those that are not true, with the exceptions to each."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def claim(self, text, exceptions):
        """`exceptions`: an iterable of lines; the claim is true if there are none."""
        lines = [str(line) for line in exceptions]
        if not lines:
            self.passed += 1
            return
        self.failed += 1
        print(f"not true: {text}")
        for line in lines[:30]:
            print(f"    {line[:300]}")

    def skip(self, text, reason):
        self.skipped += 1
        print(f"skipped: {text}: {reason}")

    def same(self, text, theirs, ours):
        """Both are {key: value}; the exceptions are the keys where they differ."""
        if not theirs:
            self.claim(text, ["there is nothing to compare"])
            return
        none = "(none)"
        self.claim(text, (f"{key}: {theirs.get(key, none)}, ours {ours.get(key, none)}"
                          for key in sorted({**theirs, **ours}) if theirs.get(key) != ours.get(key)))
