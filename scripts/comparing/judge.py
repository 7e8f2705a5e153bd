"""Why this file exists: it turns two observations into a verdict, and never calls something
the same that was not compared.
"""
import dataclasses
import difflib
import os
import re

PASS, FAIL, NEUTRAL, TROUBLE = "pass", "fail", "neutral", "trouble"
CLASS_OF = {
    "SAME": PASS, "SAME~": PASS,
    "DIFFERENT": FAIL, "CRASH": FAIL, "TIMEOUT": FAIL, "SANITIZER": FAIL, "FIXED": FAIL,
    "UNSTABLE": FAIL,
    "REF-CRASH": NEUTRAL, "REF-TIMEOUT": NEUTRAL, "REF-WRONG": NEUTRAL, "REF-FAILS": NEUTRAL,
    "KNOWN": NEUTRAL, "SKIP": NEUTRAL,
    "DRIFT": TROUBLE, "TROUBLE": TROUBLE,
}
ADDRESS = re.compile(rb"\b(table|function|thread|userdata|file)(: | \()0x[0-9a-f]+")
DIFF_LINES = 16
DIFF_WIDTH = 150


@dataclasses.dataclass
class Verdict:
    kind: str
    what: str = ""
    details: tuple = ()
    proved: bool = False         # the candidate is right by itself, whatever the reference did
    cells: tuple = ()            # a file of the suite: suite.Cell of reference and candidate

    @property
    def cls(self):
        return PASS if self.proved else CLASS_OF[self.kind]


def escaped(data):
    """Lines of `data` in which every byte can be seen."""
    if not data:
        return []
    lines = data.split(b"\n")
    last = lines.pop()
    shown = ["".join(chr(b) if 32 <= b < 127 and b != 92 else "\\t" if b == 9 else
                     "\\\\" if b == 92 else f"\\x{b:02x}" for b in line) for line in lines]
    if last:
        shown.append(escaped(last + b"\n")[0] + " (no newline at the end)")
    return shown


def diff(name, ref, cand):
    """A short unified diff of one channel."""
    lines = list(difflib.unified_diff(escaped(ref), escaped(cand), f"reference {name}",
                                      f"candidate {name}", lineterm="", n=1))
    if len(lines) > DIFF_LINES:
        lines[DIFF_LINES:] = [f"... {len(lines) - DIFF_LINES} more lines"]
    return [line if len(line) <= DIFF_WIDTH else line[:DIFF_WIDTH] + "..." for line in lines]


def name_addresses(channels):
    """The channels of one run with each distinct address replaced by its ordinal: which
    values are the same object is still compared, where they lie in memory is not."""
    ordinal = {}

    def one(match):
        number = ordinal.setdefault(match.group(0), len(ordinal) + 1)
        return match.group(1) + match.group(2) + b"@%d" % number
    return {name: ADDRESS.sub(one, data) for name, data in channels.items()}


def mask_program(data, names):
    """Reports begin with the program's name; only there it is masked, and only on stderr."""
    alternatives = b"|".join(re.escape(n.encode()) for n in sorted(names, key=len, reverse=True))
    return re.sub(rb"^(?:[^\s:]*/)?(?:" + alternatives + rb"): ", b"<prog>: ", data, flags=re.M)


def channels_of(seen, wanted):
    texts = {"stdout": seen.stdout, "stderr": seen.stderr}
    return {name: texts[name] for name in wanted if name in texts}


def outcome(seen):
    return f"signal {seen.signal}" if seen.signal else f"exit status {seen.status}"


def differing(ref, cand, wanted, names):
    """Names of the channels that differ, whether rules were needed to see the rest as equal,
    and the lines that show the difference."""
    lines, which = [], []
    if "exit" in wanted and (ref.status, ref.signal) != (cand.status, cand.signal):
        which.append("exit")
        lines.append(f"reference: {outcome(ref)}   candidate: {outcome(cand)}")
    left, right = channels_of(ref, wanted), channels_of(cand, wanted)
    if left == right:
        return which, False, lines
    for side in (left, right):
        if "stderr" in side:
            side["stderr"] = mask_program(side["stderr"], names)
    if left != right:
        left, right = name_addresses(left), name_addresses(right)
    for name in left:
        if left[name] != right[name]:
            which.append(name)
            lines += diff(name, left[name], right[name])
    return which, True, lines


def death(seen, who):
    """The verdict on a candidate that did not end by itself, or None."""
    if seen.timed_out:
        return Verdict("TIMEOUT", who)
    if seen.sanitizer:
        return Verdict("SANITIZER", who, tuple(escaped(seen.stderr)[:12]))
    if seen.signal:
        return Verdict("CRASH", f"{who} {seen.signal}", tuple(escaped(seen.stderr)[-3:]))
    if seen.cut:
        return Verdict("DIFFERENT", f"{who} wrote too much output")
    return None


def passes(job, seen):
    return (not seen.timed_out and seen.status == 0 and
            (job.passing is None or job.passing.search(seen.stdout) is not None))


def answer_problem(case, seen):
    """(what is wrong with `seen`, lines that show it), for a case whose right answer is
    recorded; ("", []) if nothing is."""
    if (seen.status if seen.status is not None else -1) != (case.expect_exit or 0):
        return f"{outcome(seen)}, expected exit status {case.expect_exit or 0}", []
    for name, want, got in (("stdout", case.out, seen.stdout), ("stderr", case.err, seen.stderr)):
        if want is not None and want != got:
            return f"{name} is not the recorded answer", diff(name, want, got)
    return "", []


class Judge:
    """Judges pairs of runs of two programs."""

    def __init__(self, reference, candidate):
        self.reference, self.candidate = reference, candidate
        self.same_program = reference.is_same_as(candidate)
        self.names = {"lua", "lua5.1", os.path.basename(reference.path),
                      os.path.basename(candidate.path)}

    def drift(self, case, ref):
        """Does the reference contradict what the case says about it?"""
        if case is None or not self.reference.pinned:
            return None
        expected = case.expect_exit or 0
        if not case.phase and ref.status != expected:
            return Verdict("DRIFT", f"reference: {outcome(ref)}, the case expects {expected}",
                           tuple(escaped(ref.stderr)[:4]))
        if case.out is not None and ref.stdout != case.out:
            return Verdict("DRIFT", "reference's stdout is not the recorded one",
                           tuple(diff("stdout", ref.stdout, case.out)))
        if case.err is not None and ref.stderr != case.err:
            return Verdict("DRIFT", "reference's stderr is not the recorded one",
                           tuple(diff("stderr", ref.stderr, case.err)))
        if case.phase and ref.status != 1:
            return Verdict("DRIFT", f"no error in phase {case.phase}: {outcome(ref)}")
        if case.phase in ("parse", "compile") and ref.stdout:
            return Verdict("DRIFT", f"the reference ran a chunk that should fail in {case.phase}")
        return None

    def judge(self, job, ref, cand):
        case = job.case
        if case is not None and case.expect_reference and self.reference.pinned:
            return self.judge_by_answer(case, ref, cand)
        if job.criterion == "passes":
            return self.judge_by_passing(job, ref, cand)
        dead = death(ref, "reference")
        if dead:
            kind = "REF-TIMEOUT" if ref.timed_out else "REF-CRASH"
            own = None if self.same_program or ref.timed_out else death(cand, "candidate")
            return own or Verdict(kind, dead.what)
        return self.drift(case, ref) or death(cand, "candidate") or self.compare(job, ref, cand)

    def compare(self, job, ref, cand):
        wanted = job.case.channels if job.case else ("stdout", "stderr", "exit")
        which, ruled, lines = differing(ref, cand, wanted, self.names)
        known = job.case.known if job.case and not self.same_program else ""
        if which:
            if known:
                return Verdict("KNOWN", known)
            return Verdict("DIFFERENT", ", ".join(which), tuple(lines))
        if known:
            return Verdict("FIXED", f"equal now, though written down as known: {known}")
        return Verdict("SAME~" if ruled else "SAME", job.why)

    def judge_by_answer(self, case, ref, cand):
        """The reference is known to fail here: the recorded answer decides."""
        if ref.timed_out:
            kind, what = "REF-TIMEOUT", "as expected"
        elif ref.signal:
            kind, what = "REF-CRASH", f"{ref.signal}, as expected"
        elif answer_problem(case, ref)[0]:
            kind, what = "REF-WRONG", "as expected"
        else:
            return Verdict("DRIFT", "the reference is right where the case expects "
                                    f"ref-{case.expect_reference}")
        if self.same_program:
            return Verdict(kind, what)
        dead = death(cand, "candidate")
        if dead:
            return dead
        problem, lines = answer_problem(case, cand)
        if problem:
            return Verdict("DIFFERENT", problem, tuple(lines))
        return Verdict(kind, f"{what}; the candidate is right", proved=True)

    def judge_by_passing(self, job, ref, cand):
        good = passes(job, cand)
        if passes(job, ref):
            if good:
                return Verdict("SAME", f"both pass; output not compared: {job.why}")
            return death(cand, "candidate") or Verdict(
                "DIFFERENT", f"candidate fails: {outcome(cand)}",
                tuple(escaped(cand.stderr)[:6]))
        if good or self.same_program:
            return Verdict("REF-FAILS", f"{job.why}; candidate {'passes' if good else 'too'}",
                           proved=good)
        return death(cand, "candidate") or Verdict(
            "DIFFERENT", f"candidate fails ({outcome(cand)}), and so does the reference: "
            f"{job.why}", tuple(escaped(cand.stderr)[:6]))
