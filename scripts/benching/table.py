"""Why this file exists: it turns runs into ratios, and ratios into the table and the verdict."""
import math
import statistics

NAME_WIDTH = 14


def geometric_mean(numbers):
    return math.exp(statistics.fmean(map(math.log, numbers))) if numbers else float("nan")


def gain(runs, reference_runs):
    """How many times cheaper `runs` are: (by the best run of each, by the median of the ratios
    inside a round).  A round is short, so the second survives a processor that changes speed."""
    best = min(r.cost for r in reference_runs) / min(r.cost for r in runs)
    return best, statistics.median(a.cost / b.cost for a, b in zip(reference_runs, runs))


def memory_ratio(runs, reference_runs):
    theirs = statistics.median(r.memory for r in reference_runs)
    return statistics.median(r.memory for r in runs) / theirs if theirs else None


class Group:
    """The ratios of one interpreter over a group of programs."""

    def __init__(self):
        self.best, self.middle, self.memory = {}, {}, {}

    def add(self, name, runs, reference_runs):
        self.best[name], self.middle[name] = gain(runs, reference_runs)
        memory = memory_ratio(runs, reference_runs)
        if memory is not None:
            self.memory[name] = memory
        return self.best[name], self.middle[name], memory

    def means(self):
        memory = geometric_mean(self.memory.values()) if self.memory else None
        return geometric_mean(self.best.values()), geometric_mean(self.middle.values()), memory


class Table:
    """Prints a line a program as it is measured; keeps what the verdict needs."""

    def __init__(self, interpreters, is_count):
        self.reference, *self.others = interpreters
        self.unit = "Minstr" if is_count else "s"
        self.groups = {}                       # group name -> interpreter label -> Group
        self.differences = []

    def heading(self):
        left = " " * (NAME_WIDTH + 18)
        print(left + "".join(f"  {other.heading:>20}" for other in self.others))
        print(f"{'program':<{NAME_WIDTH}}{self.reference.heading[:8] + ' ' + self.unit:>11}"
              f"{'MB':>7}" + "".join(f"  {'min':>7}{'med':>7}{'mem':>6}" for _ in self.others))

    @staticmethod
    def cells(best, middle, memory):
        return f"  {best:>7.2f}{middle:>7.2f}" + ("     -" if memory is None else f"{memory:>6.2f}")

    def row(self, program, runs):
        """`runs`: interpreter label -> list of Run, [] where it cannot run this."""
        mine = runs[self.reference.label]
        group = self.groups.setdefault("compile" if program.is_compiled_only else "programs", {})
        megabytes = statistics.median(r.memory for r in mine) / 1024
        line = (f"{program.name:<{NAME_WIDTH}}{min(r.cost for r in mine):>11.3f}"
                + (f"{megabytes:>7.1f}" if megabytes else f"{'-':>7}"))
        problems = []
        for other in self.others:
            theirs = runs[other.label]
            if not theirs:
                line += f"  {'-':>20}"
                continue
            problem = self.problem_with(theirs, mine)
            if problem:
                problems.append(f"{program.name}: {other.label}: {problem}")
                line += f"  {'DIFFERENT':>20}"
                continue
            line += self.cells(*group.setdefault(other.label, Group())
                               .add(program.name, theirs, mine))
        print(line, flush=True)
        self.differences += problems

    @staticmethod
    def problem_with(runs, reference_runs):
        """Why these runs are no answer: "" if they end well and print what the reference does."""
        expected = reference_runs[0].output
        for run in runs:
            if run.failure:
                return run.failure
            if run.output != expected:
                return f"prints {run.output[:70]!r}, the reference {expected[:70]!r}"
        return ""

    def summary(self):
        print()
        for name, group in self.groups.items():
            line = f"{'mean, ' + name:<{NAME_WIDTH + 18}}"
            for other in self.others:
                members = group.get(other.label)
                line += self.cells(*members.means()) if members else f"  {'-':>20}"
            print(line)
        print(f"min, med: how many times cheaper than {self.reference.label} (best run; median); "
              f"mem: peak memory in its terms")
        for difference in self.differences:
            print(f"DIFFERENT {difference}")

    def shortcomings(self, other, least_mean):
        """What `other` would have to be better at, as lines."""
        lines = []
        for name, group in self.groups.items():
            members = group.get(other.label)
            if not members:
                lines.append(f"{other.label} has measured nothing of '{name}'")
                continue
            for program, ratio in sorted(members.best.items(), key=lambda item: item[1]):
                if ratio < 1:
                    lines.append(f"{program}: {ratio:.2f} of the reference's speed")
            mean = members.means()[0]
            wanted = least_mean if name == "programs" else 1.0
            if mean < wanted:
                lines.append(f"mean of {name}: {mean:.2f}, wanted {wanted:.2f}")
        return lines
