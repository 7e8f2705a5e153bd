/* status.c -- why this file exists: a run and the merge of its parts must end alike. */
#include "run/status.h"

ExitStatus status_of_counts(const size_t counts[VERDICT_COUNT], size_t ledger_problems,
                            bool flaky_warns) {
  if (counts[VERDICT_INFRA] || counts[VERDICT_DRIFT]) return EXIT_INFRA;
  size_t failed = 0, compared = counts[VERDICT_XFAIL];
  for (int i = 0; i < VERDICT_COUNT; i++) {
    VerdictClass class = verdict_class((VerdictKind)i);
    if (class == CLASS_FAIL) failed += counts[i];
    if (class != CLASS_NEUTRAL) compared += counts[i];
  }
  if (failed > counts[VERDICT_FLAKY] + counts[VERDICT_XPASS]) return EXIT_DIVERGENT;
  if (ledger_problems || counts[VERDICT_XPASS]) return EXIT_LEDGER;
  if (counts[VERDICT_FLAKY] && !flaky_warns) return EXIT_FLAKY;
  return compared ? EXIT_SAME : EXIT_NOTHING;
}
