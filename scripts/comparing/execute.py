"""Why this file exists: it runs one program on one job so that nothing but the program can
make a difference: private directory, closed environment, no address randomisation, limits.

A worker process sets personality and limits on itself, and its children inherit them: that
keeps the cheap way to spawn (no code between fork and exec).
"""
import ctypes
import dataclasses
import os
import re
import resource
import select
import shutil
import signal
import subprocess
import tempfile

ADDR_NO_RANDOMIZE = 0x0040000
STACK_BYTES = 8 << 20
FILE_BYTES = 1 << 30
OUTPUT_BYTES = 64 << 20
GRACE_SECONDS = 1.0
OK_LINE = re.compile(rb"^(OK|test done on .*)$", re.M)
SANITIZER = re.compile(rb"==\d+==\s?ERROR: \w+Sanitizer|runtime error: |LeakSanitizer")


@dataclasses.dataclass
class Job:
    """What to run and under which conditions; see judge.py for how it is judged."""
    label: str
    argv: tuple                              # after the program's own name
    files: dict = dataclasses.field(default_factory=dict)
    copy_from: str = ""                      # a folder to copy into the private one
    link_from: str = ""                      # a folder whose entries are linked into it
    links: dict = dataclasses.field(default_factory=dict)
    stdin: bytes = b""
    env: dict = dataclasses.field(default_factory=dict)
    seconds: float = 10
    memory: int = 1 << 30
    case: object = None                      # a cases.Case, if it came from one
    criterion: str = "equal"                 # "equal" or "passes" (exit status 0 and an OK line)
    why: str = ""                            # why the criterion is not "equal"
    skip: str = ""                           # why it cannot be run here
    suite: tuple = ()                        # (file, mode), if it is one of the PUC-Rio suite
    passing: object = OK_LINE                # what stdout has to show for "passes"; None: nothing


@dataclasses.dataclass
class Observation:
    """What a run showed.  `status` is an exit status; None after a signal."""
    stdout: bytes = b""
    stderr: bytes = b""
    status: int = None
    signal: str = ""
    timed_out: bool = False
    cut: bool = False                        # more output than OUTPUT_BYTES
    seconds: float = 0.0                     # of CPU, children included

    @property
    def sanitizer(self):
        return SANITIZER.search(self.stderr) is not None


def be_a_worker():
    """Once in each worker: what every child inherits."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.personality(ctypes.c_ulong(ADDR_NO_RANDOMIZE))
    for which, wanted in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_STACK, STACK_BYTES),
                          (resource.RLIMIT_FSIZE, FILE_BYTES)):
        hard = resource.getrlimit(which)[1]
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(which, (soft, hard))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Ignored, and so inherited: a file beyond the limit is EFBIG, not a death by signal.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def limit_memory(nbytes):
    """The soft limit of this worker is the one the next child starts with."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    soft = nbytes if nbytes else hard
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


class Room:
    """A private place for one program.  Its folder `bin` has the program under the name `lua`,
    so that both programs have the same argv[0] and scripts can start `lua` again."""

    def __init__(self, program, slowness=1.0):
        self.program, self.slowness = program, slowness
        self.root = tempfile.mkdtemp(prefix="compare-")
        self.cwd = os.path.join(self.root, "cwd")
        self.bin = os.path.join(self.root, "bin")
        os.mkdir(self.bin)
        self.lua = os.path.join(self.bin, "lua")
        os.symlink(program.path, self.lua)

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)

    def furnish(self, job):
        if os.path.lexists(self.cwd):
            for folder, _, _ in os.walk(self.cwd):
                os.chmod(folder, 0o700)
            shutil.rmtree(self.cwd)
        if job.copy_from:
            shutil.copytree(job.copy_from, self.cwd)
        else:
            os.mkdir(self.cwd)
        if job.link_from:
            for entry in os.listdir(job.link_from):
                if entry not in job.files:
                    os.symlink(os.path.join(job.link_from, entry), os.path.join(self.cwd, entry))
        for name, target in job.links.items():
            path = os.path.join(self.cwd, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if os.path.lexists(path):
                os.remove(path)     # a copy of the suite may have libraries of its own
            os.symlink(target, path)
        for name, data in job.files.items():
            path = os.path.join(self.cwd, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as f:
                f.write(data)

    def environment(self, job):
        env = {"LC_ALL": "C", "TZ": "UTC", "HOME": self.cwd, "PATH": f"{self.bin}:/usr/bin:/bin"}
        if self.program.sanitized:
            env["ASAN_OPTIONS"] = "abort_on_error=0:exitcode=99:allocator_may_return_null=1"
            env["UBSAN_OPTIONS"] = "print_stacktrace=1"
        env.update(job.env)
        return env

    def run(self, job):
        """The Observation of this room's program on `job`."""
        self.furnish(job)
        limit_memory(0 if self.program.sanitized else job.memory)
        out, err, stdin = (os.path.join(self.root, n) for n in ("out", "err", "in"))
        if job.stdin:
            with open(stdin, "wb") as f:
                f.write(job.stdin)
        else:
            stdin = os.devnull
        with open(stdin, "rb") as i, open(out, "wb") as o, open(err, "wb") as e:
            process = subprocess.Popen(("lua",) + tuple(job.argv), executable=self.lua,
                                       cwd=self.cwd, env=self.environment(job), stdin=i,
                                       stdout=o, stderr=e, start_new_session=True)
        limit_memory(0)
        in_time, used = wait_for(process, job.seconds * self.slowness)
        seen = Observation(timed_out=not in_time, seconds=used)
        if process.returncode < 0:
            seen.signal = signal.Signals(-process.returncode).name
        else:
            seen.status = process.returncode
        seen.stdout, seen.stderr = read_some(out), read_some(err)
        seen.cut = OUTPUT_BYTES in (len(seen.stdout), len(seen.stderr))
        return seen


def read_some(path):
    with open(path, "rb") as f:
        return f.read(OUTPUT_BYTES)


def wait_for(process, seconds):
    """Wait for the end of `process` and of its whole group: (did it end in time, CPU seconds).
    The group is killed while its dead leader still holds the number: no number is reused."""
    handle = os.pidfd_open(process.pid)
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        in_time = bool(poll.poll(seconds * 1000))
        if not in_time:
            kill_group(process.pid, signal.SIGTERM)
            poll.poll(GRACE_SECONDS * 1000)
        kill_group(process.pid, signal.SIGKILL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    finally:
        os.close(handle)
    return in_time, usage.ru_utime + usage.ru_stime


def kill_group(leader, number):
    try:
        os.killpg(leader, number)
    except ProcessLookupError:
        pass
