"""Why this file exists: it reads case files (docs/oracle/cases.md) and refuses what it does
not understand, so that a misspelt directive can never turn a case into one that tests nothing.

Text is handled as latin-1 throughout: one character is one byte, whatever the bytes are.
"""
import dataclasses
import os
import re
import shlex

CHANNELS = ("stdout", "stderr", "exit")
PHASES = ("parse", "compile", "run")
MODES = ("release", "debug", "internal", "asan", "gcstress", "coverage", "fuzz")
NEEDS = ("process", "shell", "tmp", "libs", "locale-pt_BR")
REFERENCE_TROUBLES = {"ref-crash": "crash", "ref-timeout": "timeout", "ref-wrong": "wrong"}
UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}

NAME = re.compile(r"[a-z0-9][a-z0-9.]*(-[a-z0-9.]+)*\Z")
MANUAL = re.compile(r"\d(\.\d+)*( .*)?\Z")
SECTION = re.compile(r"--- (\w+)((?: \S+)*)\s*\Z")
FILE_NAME = re.compile(r"[\w.+-]+(/[\w.+-]+)*\Z")
ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|[0-7]{3}|.)", re.S)
ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "\\": "\\", '"': '"'}


class CaseError(Exception):
    """A case file is wrong: file, line and what is wrong there."""

    def __init__(self, path, line, message):
        super().__init__(f"{path}:{line}: {message}")


@dataclasses.dataclass
class Case:
    """One claim: a chunk, how to run it, and what is known about its outcome."""
    path: str
    line: int
    name: str
    plain: bool = False          # a program without directives: not a case, just something to run
    title: str = ""
    manual: str = ""
    origin: str = ""
    tags: tuple = ()
    chunk: bytes = None          # None: there is no script, only `cli`
    script: str = "case.lua"
    args: tuple = ()
    cli: tuple = None            # the interpreter's whole command line, instead of script + args
    stdin: bytes = b""
    env: dict = dataclasses.field(default_factory=dict)
    files: dict = dataclasses.field(default_factory=dict)
    channels: tuple = CHANNELS
    phase: str = ""
    needs: tuple = ()
    modes: tuple = ()
    mem: int = 0                 # 0: the default
    time: float = 0
    expect_exit: int = None
    expect_reference: str = ""   # "", "crash", "timeout" or "wrong"
    known: str = ""
    out: bytes = None
    err: bytes = None

    @property
    def id(self):
        return f"{self.path}#{self.name}" if self.name else self.path


def read_tags(path):
    """The tags that cases may carry: first word of each line of the corpus's TAGS file."""
    with open(path, encoding="latin-1") as f:
        return {line.split()[0] for line in f if line.strip() and not line.startswith("#")}


def tags_for(path):
    """The tag list that governs `path`: the nearest TAGS file above it, or none."""
    folder = os.path.dirname(os.path.abspath(path))
    while True:
        candidate = os.path.join(folder, "TAGS")
        if os.path.isfile(candidate):
            return read_tags(candidate)
        if os.path.dirname(folder) == folder:
            return set()
        folder = os.path.dirname(folder)


def unquote(text):
    """The bytes of a "quoted" directive value; raises ValueError."""
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        raise ValueError('needs a "quoted" value')

    def one(match):
        code = match.group(1)
        if code in ESCAPED:
            return ESCAPED[code]
        if code[0] == "x" and len(code) == 3:
            return chr(int(code[1:], 16))
        if len(code) == 3:
            return chr(int(code, 8) & 255)
        raise ValueError(f"unknown escape \\{code}")
    return ESCAPE.sub(one, text[1:-1]).encode("latin-1")


def words(value):
    return tuple(w for w in re.split(r"[,\s]+", value) if w)


def chosen(value, allowed, what):
    found = words(value)
    if not found:
        raise ValueError(f"empty {what} list")
    for word in found:
        if word not in allowed:
            raise ValueError(f"unknown {what} '{word}'")
    return found


def size(value):
    match = re.fullmatch(r"(\d+)([KMG]?)", value)
    if not match or int(match.group(1)) == 0:
        raise ValueError("needs a size such as 16M")
    return int(match.group(1)) * UNITS[match.group(2)]


def environment(value):
    result = {}
    for word in shlex.split(value):
        name, equals, content = word.partition("=")
        if not equals or not re.fullmatch(r"[A-Za-z_]\w*", name):
            raise ValueError(f"'{word}' is not NAME=VALUE")
        result[name] = content
    return result


class Directives:
    """Applies `key: value` to a case; one method a key, so an unknown key has no method."""

    def __init__(self, case, tags):
        self.case, self.tags, self.seen = case, tags, set()

    def apply(self, key, value):
        method = getattr(self, "key_" + key, None)
        if method is None:
            raise ValueError(f"unknown directive '{key}'")
        if key in self.seen:
            raise ValueError(f"directive '{key}' given twice")
        self.seen.add(key)
        if not value:
            raise ValueError(f"directive '{key}' has no value")
        method(value)

    def key_title(self, value):
        self.case.title = value

    def key_manual(self, value):
        if not MANUAL.match(value):
            raise ValueError(f"'{value}' does not begin with a section of the manual")
        self.case.manual = value

    def key_origin(self, value):
        self.case.origin = value

    def key_tags(self, value):
        for tag in words(value):
            self.add_tag(tag)

    def add_tag(self, tag):
        if tag not in self.tags:
            raise ValueError(f"unknown tag '{tag}' (see TAGS)")
        if tag in self.case.tags:
            raise ValueError(f"tag '{tag}' given twice")
        self.case.tags += (tag,)

    def key_channels(self, value):
        self.case.channels = chosen(value, CHANNELS, "channel")

    def key_phase(self, value):
        self.case.phase, = chosen(value, PHASES, "phase")

    def key_args(self, value):
        self.case.args = tuple(shlex.split(value))

    def key_cli(self, value):
        self.case.cli = tuple(shlex.split(value))

    def key_stdin(self, value):
        self.case.stdin = unquote(value)

    def key_env(self, value):
        self.case.env = environment(value)

    def key_needs(self, value):
        self.case.needs = chosen(value, NEEDS, "need")

    def key_modes(self, value):
        self.case.modes = chosen(value, [m for n in MODES for m in (n, "!" + n)], "mode")

    def key_mem(self, value):
        self.case.mem = size(value)

    def key_time(self, value):
        self.case.time = float(value)
        if not 0 < self.case.time <= 600:
            raise ValueError("needs seconds between 0 and 600")

    def key_expect(self, value):
        for word in words(value):
            match = re.fullmatch(r"exit=(\d{1,3})", word)
            if match:
                self.case.expect_exit = int(match.group(1))
            elif word in REFERENCE_TROUBLES:
                self.case.expect_reference = REFERENCE_TROUBLES[word]
            else:
                raise ValueError(f"unknown expectation '{word}'")

    def key_known(self, value):
        self.case.known = value


def finish(case):
    """The rules that only a whole case can break; raises ValueError."""
    if case.chunk is None and case.cli is None:
        raise ValueError("empty case")
    if case.cli is not None and case.args:
        raise ValueError("'cli' and 'args' exclude each other")
    if case.expect_reference and case.out is None:
        raise ValueError("a case on which the reference fails needs '--- out': the right answer")
    if not case.title and not case.plain:
        if case.name.count("-") < 1:
            raise ValueError("needs a title, or a name of several words: it is the case's claim")
        case.title = case.name.replace("-", " ")


def directive_lines(lines, start):
    """Leading `--@ key: value` lines from lines[start:]: [(index, key, value)], next index."""
    found, i = [], start
    while i < len(lines) and lines[i].startswith("--@"):
        match = re.match(r"--@ ?(\w+):\s*(.*?)\s*\Z", lines[i])
        found.append((i, match.group(1), match.group(2)) if match else (i, None, lines[i]))
        i += 1
    return found, i


def apply_all(directives, found, path):
    for i, key, value in found:
        try:
            if key is None:
                raise ValueError("a directive is '--@ key: value'")
            directives.apply(key, value)
        except ValueError as e:
            raise CaseError(path, i + 1, str(e)) from None


def parse_single(path, text, tags):
    """A plain .lua file: one case, whose --@ lines stay in the chunk (they are comments)."""
    lines = text.split("\n")
    start = 1 if lines and lines[0].startswith("#") else 0
    case = Case(path, 1, "", chunk=text.encode("latin-1"), script=os.path.basename(path))
    found, _ = directive_lines(lines, start)
    case.plain = not found
    directives = Directives(case, tags)
    apply_all(directives, found, path)
    for i, line in enumerate(lines[start + len(found):], start + len(found) + 1):
        if line.startswith("--@"):
            raise CaseError(path, i, "a directive after the head of the file")
    if not text.strip():
        raise CaseError(path, 1, "empty case")
    try:
        finish(case)
    except ValueError as e:
        raise CaseError(path, 1, str(e)) from None
    return [case]


def parse_head(path, number, line, tags):
    """`=== name #tag key=value`: a case and its directives so far."""
    try:
        parts = shlex.split(line[3:])
        if not parts or not NAME.match(parts[0]):
            raise ValueError("a case begins '=== name': words of a-z 0-9 . joined by '-'")
        case = Case(path, number, parts[0])
        directives = Directives(case, tags)
        for part in parts[1:]:
            key, equals, value = part.partition("=")
            if part.startswith("#"):
                directives.add_tag(part[1:])
            elif equals:
                directives.apply(key, value)
            else:
                raise ValueError(f"'{part}' is neither #tag nor key=value")
    except ValueError as e:
        raise CaseError(path, number, str(e)) from None
    return case, directives


def content(lines, noeol):
    """The bytes of a section: trailing blank lines only separate cases."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    text = "\n".join(lines[:end])
    return (text if noeol or not end else text + "\n").encode("latin-1")


def add_section(case, path, number, head, lines, seen):
    """`--- out|err|stdin|file NAME|chunk [noeol]` and its lines."""
    match = SECTION.match(head)
    if not match:
        raise CaseError(path, number, f"unknown section '{head}'")
    kind, options = match.group(1), match.group(2).split()
    noeol = bool(options) and options[-1] == "noeol"
    if noeol:
        options.pop()
    data = content(lines, noeol)
    key = kind
    if kind == "file" and len(options) == 1 and FILE_NAME.match(options[0]):
        key = "file " + options.pop()
        case.files[key[5:]] = data
    elif kind in ("out", "err", "stdin", "chunk"):
        if kind == "chunk" and not data:
            raise CaseError(path, number, "empty chunk")
        setattr(case, kind, data)
    else:
        raise CaseError(path, number, f"unknown section '{head}'")
    if options:
        raise CaseError(path, number, f"unknown option '{options[0]}' of section '{kind}'")
    if key in seen:
        raise CaseError(path, number, f"section '{key}' given twice")
    seen.add(key)


def parse_body(case, directives, path, start, lines):
    found, used = directive_lines(lines, 0)
    apply_all(directives, [(i + start, k, v) for i, k, v in found], path)
    marks = [i for i in range(used, len(lines)) if lines[i].startswith("--- ")]
    marks.append(len(lines))
    seen = set()
    chunk = content(lines[used:marks[0]], False)
    if chunk:
        case.chunk = chunk
        seen.add("chunk")
    for here, after in zip(marks, marks[1:]):
        add_section(case, path, start + here + 1, lines[here], lines[here + 1:after], seen)
    if "stdin" in seen and "stdin" in directives.seen:
        raise CaseError(path, case.line, "stdin given as directive and as section")
    if case.chunk is not None and case.script in case.files:
        raise CaseError(path, case.line, f"a file may not be named {case.script}")


def parse_multi(path, text, tags):
    """A .cases file: cases that begin with `===` lines."""
    lines = text.split("\n")
    marks = [i for i, line in enumerate(lines) if line.startswith("===")]
    for i in range(marks[0] if marks else len(lines)):
        if lines[i].strip() and not lines[i].startswith("#"):
            raise CaseError(path, i + 1, "text before the first '===' (a comment begins with '#')")
    if not marks:
        raise CaseError(path, 1, "no case in this file")
    cases, names = [], {}
    for here, after in zip(marks, marks[1:] + [len(lines)]):
        case, directives = parse_head(path, here + 1, lines[here], tags)
        if case.name in names:
            raise CaseError(path, here + 1,
                            f"duplicate id '{case.name}' (first at line {names[case.name]})")
        names[case.name] = here + 1
        parse_body(case, directives, path, here + 1, lines[here + 1:after])
        try:
            finish(case)
        except ValueError as e:
            raise CaseError(path, here + 1, f"{case.name}: {e}") from None
        cases.append(case)
    return cases


def load(path, shown=None):
    """All cases of one file.  `shown` is the path that ids and messages use.
    Raises CaseError, and OSError if the file cannot be read."""
    with open(path, "rb") as f:
        text = f.read().decode("latin-1")
    parse = parse_multi if path.endswith(".cases") else parse_single
    return parse(shown or path, text, tags_for(path))
