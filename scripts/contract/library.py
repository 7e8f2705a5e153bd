"""library.py -- what two builds of liblua5.1.so.0 show to the loader, and to who reads their types."""
import os
import re
import shutil

from contract.common import CC, Trouble, outcome, run

TOOLS = re.compile(r"_*(asan|odr_asan|ubsan|sancov|gcov|llvm)[_.]")  # names that sanitizers add
RUNTIMES = re.compile(r"lib(asan|ubsan|gcc_s|gcov|clang_rt)[.-]")


def exports(library):
    """{name: version, and whether it is code or data}."""
    found = {}
    for line in run(["readelf", "--dyn-syms", "--wide", library]).splitlines():
        fields = line.split()
        if len(fields) < 8 or fields[6] in ("UND", "ABS") or fields[4] not in ("GLOBAL", "WEAK"):
            continue
        name, _, version = fields[7].partition("@@")
        if not TOOLS.match(name):
            found[name] = f"{version or 'no version'}, {fields[3]}, {fields[5]}"
    return found


def dynamic(library):
    """{SONAME, NEEDED: values in order}; what a sanitizer adds is left out."""
    entries = re.findall(r"\((SONAME|NEEDED)\).*\[(.*)\]", run(["readelf", "-d", library]))
    return {tag: " ".join(value for name, value in entries if name == tag and not RUNTIMES.match(value))
            for tag in ("SONAME", "NEEDED")}


def preload(library):
    """What must be loaded first for a plain program to load the library; "" for nothing."""
    if "__asan_init" not in run(["nm", "-D", library]):
        return ""
    needed = re.findall(r"NEEDED.*\[(libasan.*)\]", run(["readelf", "-d", library]))
    return needed[0] if needed else run([CC, "-print-file-name=libclang_rt.asan-x86_64.so"]).strip()


def unresolved(library, versions, resolver):
    """Names that dlopen and dlvsym of `versions`, {name: version}, do not give; `resolver` is the
    program made from tests/abi/resolve.c."""
    env = dict(os.environ, LD_PRELOAD=preload(library), ASAN_OPTIONS="detect_leaks=0")
    wanted = "".join(f"{name} {version}\n" for name, version in sorted(versions.items()))
    return run([resolver, os.path.realpath(library)], wanted, env=env, statuses=(0, 1)).splitlines()


def has_types(library, debug):
    """Whether its debug information is inside or below `debug`, under its build id."""
    if ".debug_info" in run(["readelf", "-S", "--wide", library]):
        return True
    build_id = re.search(r"Build ID: (\w+)", run(["readelf", "-n", library]))
    return bool(build_id) and os.path.isfile(f"{debug}/.build-id/{build_id[1][:2]}/{build_id[1][2:]}.debug")


def abidiff(theirs, ours, their_headers, our_headers, debug="/usr/lib/debug"):
    """What abidiff reports of the types that the headers show; names that only ours adds are judged
    elsewhere."""
    if not shutil.which("abidiff"):
        raise Trouble("no abidiff (package abigail-tools)")
    for library in (theirs, ours):
        if not has_types(library, debug):
            raise Trouble(f"{library}: no debug information, so its types cannot be compared")
    # Status bits 4 and 8: something changed; 1 and 2: trouble.
    status, report = outcome(["abidiff", "--no-added-syms", "--drop-private-types", "--debug-info-dir1", debug,
                              "--headers-dir1", their_headers, "--headers-dir2", our_headers,
                              os.path.realpath(theirs), os.path.realpath(ours)])
    if status & 3:
        raise Trouble(f"abidiff: status {status}\n{report[:2000]}")
    return report.splitlines() if status else []
