"""Why this file exists: it runs one command and says what it cost, without adding to the cost.

The kernel counts the peak memory of a process from its creation on, so a child of Python that
becomes `lua` has Python's peak.  Therefore a shell starts the command in the background and ends;
the orphan falls to us, because we are its subreaper, and wait4() gives its costs alone.
"""
import ctypes
import dataclasses
import os
import re
import signal
import subprocess
import tempfile

CPU_SECONDS = 120
ADDRESS_KILOBYTES = 8_000_000
CALLGRIND_SECONDS = 3600

PR_SET_CHILD_SUBREAPER = 36
START = f'ulimit -t {CPU_SECONDS}; ulimit -v {ADDRESS_KILOBYTES}; "$@" &'
COLLECTED = re.compile(r"Collected\s*:\s*(\d+)")


class MeasureError(Exception):
    """The measuring itself failed, whatever the program did."""


@dataclasses.dataclass(frozen=True)
class Run:
    cost: float                  # seconds of user and system time, or millions of instructions
    memory: int                  # peak resident kilobytes; 0 if not measured
    output: bytes
    failure: str                 # "" or how it ended and its first words


def prepare():
    """Adopt orphans, and stay on one core, as will the children."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise MeasureError("the kernel has no PR_SET_CHILD_SUBREAPER")
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def plain_environment():
    """Ours without what changes an interpreter's behaviour."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LUA")}


def describe_end(code, complaint):
    if code == 0:
        return ""
    how = f"exit status {code}" if code > 0 else signal.Signals(-code).name
    words = complaint.decode("latin-1").strip().splitlines()
    return how + (": " + words[0] if words else "")


def wait_for_orphan(shell):
    """(wait status, rusage) of the process that `shell` leaves behind."""
    try:
        while True:
            pid, status, usage = os.wait4(-1, 0)
            if pid != shell.pid:
                return status, usage
            shell.returncode = os.waitstatus_to_exitcode(status)
    except ChildProcessError:
        raise MeasureError("the shell started nothing") from None
    except BaseException:
        os.killpg(shell.pid, signal.SIGKILL)
        raise


def read_back(file):
    file.seek(0)
    return file.read()


def time_command(command):
    """Run `command` alone.  Raises MeasureError."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        shell = subprocess.Popen(["/bin/sh", "-c", START, "sh", *command], stdout=out, stderr=err,
                                 stdin=subprocess.DEVNULL, env=plain_environment(),
                                 start_new_session=True)
        status, usage = wait_for_orphan(shell)
        code = os.waitstatus_to_exitcode(status)
        return Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss, read_back(out),
                   describe_end(code, read_back(err)))


def without_debug_information(path, scratch):
    """A copy of the program that valgrind can read: it gives up on debug information newer than
    itself.  `path` itself if that is no program to be copied so, but a script for instance."""
    copy = os.path.join(scratch, path.strip("/").replace("/", "-"))
    if not os.path.exists(copy):
        try:
            done = subprocess.run(["objcopy", "--strip-debug", path, copy], check=False,
                                  stderr=subprocess.DEVNULL)
        except OSError as e:
            raise MeasureError(f"objcopy: {e}") from None
        return copy if done.returncode == 0 else path
    return copy


def count_command(command):
    """Run `command` under callgrind.  Raises MeasureError."""
    words = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command]
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True,
                              env=plain_environment(), timeout=CALLGRIND_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as e:
        raise MeasureError(f"valgrind: {e}") from None
    found = COLLECTED.search(done.stderr.decode("latin-1"))
    if done.returncode == 0 and not found:
        raise MeasureError("callgrind says no count")
    complaint = b"\n".join(line for line in done.stderr.splitlines() if not line.startswith(b"=="))
    return Run(int(found.group(1)) / 1e6 if found else 0.0, 0, done.stdout,
               describe_end(done.returncode, complaint))
