#!/bin/sh
# compare.sh [--suite] [REF CAND] [CASES...] [option of oracle diff...] -- where do two Luas differ?
#
# A thin front of `oracle diff`, in the modes of oracle.lua.  REF and CAND are two programs, or two
# libraries; without them: lua5.1 and build/release/lua, which is built if it is missing, as is the
# oracle; what they need is installed if we may.  CASES are case files, programs, folders or ids;
# without them: the PUC-Rio suite, file by mode in a table, and all of oracle/corpus; with --suite
# the suite alone.  ORACLE, in the environment, is another oracle than build/release/oracle.
# Exit status like diff's: 0 the same, 1 different, 2 trouble, which wins.
#
# Options are those of `oracle diff`: -k TEXT, -E 'tag(TAG)', -j N, -v, --dry-run, --build
# KIND (was --mode), --slowness N (was --slow), --any-version, --mode LIST (was --suite-modes), ...
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
top=${here%/*}
oracle=${ORACLE:-$top/build/release/oracle}
suite=no ref='' cand='' words=0 cases=no value=no modes=programs status=0

trouble() { echo "compare: $*" >&2; exit 2; }
install() { "$here/install-deps" --compare >&2 || trouble "something is missing"; }
make_ours() { # make_ours lua|oracle
  install
  make -C "$top" VARIANT=release "-j$(nproc)" "$1" >&2 || trouble "build/release/$1 is missing"
}
diff_in() { # diff_in COMMAND...: status becomes the worst of all
  got=0
  "$@" || got=$?
  case $got in 0) ;; 1 | 5 | 6) [ "$status" -eq 2 ] || status=1 ;; *) status=2 ;; esac
}

for word; do # the words among the options: two programs first, if the first is no case
  shift
  case $value$word in
    no--suite) suite=yes; continue ;;
    no-h | no--help) sed -n '2,/^here=/s/^# \{0,1\}//p' "$0"; exec "$oracle" help diff ;;
    no-[xvq] | no-[!-]?* | no--*=* | no--any-version | no--fail-fast | no--verbose | no--quiet | no--dry-run) ;;
    no-*) value=yes ;;
    no*)
      words=$((words + 1))
      case $words$word in 1*.lua | 1*.cases | 1*'#'*) cases=yes ;; 1*) [ ! -d "$word" ] || cases=yes ;; esac
      if [ "$words$cases" = 1no ]; then ref=$word; continue; fi
      if [ "$words" -eq 2 ] && [ -n "$ref" ]; then cand=$word; continue; fi
      cases=yes ;;
    *) value=no ;;
  esac
  set -- "$@" "$word"
done
[ -z "$ref" ] || [ -n "$cand" ] || trouble "$ref: a reference without a candidate"
[ -x "$oracle" ] || [ -n "${ORACLE-}" ] || make_ours oracle
if [ -z "$ref" ]; then
  ref=lua5.1 cand=$top/build/release/lua
  { command -v lua5.1 >/dev/null && [ -d /usr/share/i18n/locales ]; } || install
  [ -x "$cand" ] || make_ours lua
fi
case $ref$cand in *.so*) modes=inproc ;; esac
set -- --config "$top/oracle.lua" --mode "$modes" "$ref" "$cand" "$@"
[ "$cases$modes" != noprograms ] ||
  diff_in "$here/with-suite" "$oracle" diff --table - "$@" --mode suite:portable,suite:soft,suite:full
[ "$suite" = yes ] || diff_in "$oracle" diff "$@"
exit "$status"
