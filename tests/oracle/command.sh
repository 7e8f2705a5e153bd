# shellcheck shell=sh disable=SC2154
# command.sh -- sourced by the shell tests of the command `oracle`: $oracle of BUILD, and what its runs leave.
#
#   . "$(dirname "$0")/command.sh"
# Everything of tests/scripts/claims.sh is there, too.
# shellcheck source=../scripts/claims.sh
. "$(dirname "$0")/../scripts/claims.sh"
oracle=$top/${BUILD:-build/release}/oracle
case ${BUILD-} in /*) oracle=$BUILD/oracle ;; esac
[ -x "$oracle" ] || { echo "no $oracle: make oracle" >&2; exit 1; }

# The log of the newest run here, and how many results a log has.
log() { find .oracle/runs -name events.jsonl | sort | tail -n 1; }
results() { grep -c '"event":"result"' "$1"; }

# What a log has found, in the order of the plan: a line a result.
found() { sed -n 's/.*"n":\([0-9]*\),"mode":"\([^"]*\)","case":"\([^"]*\)".*"verdict":"\([^"]*\)".*/\1 \2 \3 \4/p' "$1" | sort -n; }

# until_true COMMAND... -- waits until it succeeds, at most 20 s.
until_true() {
  tries=200
  while ! "$@"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    sleep 0.1
  done
}

# cases N -- a file of N cases.
cases() {
  i=0
  while [ "$i" -lt "$1" ]; do
    i=$((i + 1))
    printf '=== case-number-%d\nprint(%d)\n\n' "$i" "$i"
  done
}
