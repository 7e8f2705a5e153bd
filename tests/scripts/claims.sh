# shellcheck shell=sh disable=SC2034
# claims.sh -- sourced by the shell tests of scripts: counts claims, cleans up, prints the closing line.
#
#   . "$(dirname "$0")/claims.sh"
#   expect "text" STATUS "pattern" command…   the command ends so, and its output has the pattern
#   skip "text"
#   finish
# Runs in an empty folder, $scratch; $top is the project's.
top=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
passed=0 failed=0 skipped=0

expect() {
  text=$1 wanted=$2 pattern=$3
  shift 3
  output=$("$@" 2>&1)
  status=$?
  if [ "$status" -eq "$wanted" ] && printf '%s\n' "$output" | grep -q -- "$pattern"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'not true: %s\n  status %d, not %d; or no "%s" in:\n%s\n' "$text" "$status" "$wanted" "$pattern" "$output"
  fi
}

# skip "text" -- what cannot be looked at here.
skip() {
  skipped=$((skipped + 1))
  printf 'skipped: %s\n' "$1"
}

finish() {
  printf '%s: %d passed, %d failed, %d skipped\n' "$(basename "$0")" "$passed" "$failed" "$skipped"
  [ "$failed" -eq 0 ]
}
