#!/bin/sh
# Why this file exists: it is the name under which people run the comparison of two Lua
# programs; the work is in compare.py.  `scripts/compare.sh --help` tells the options.
here=$(dirname -- "$0")
if ! command -v python3 >/dev/null 2>&1; then # a bare machine
  "$here/install-deps" --compare >&2 || exit 2
fi
exec python3 "$here/compare.py" "$@"
