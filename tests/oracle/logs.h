/* logs.h -- event logs written by hand in a folder of the test's own, for what reads them. */
#ifndef ORACLE_LOGS_H
#define ORACLE_LOGS_H

#include "folder.h"

#define EVENT(name, time, rest) "{\"event\":\"" name "\",\"time\":" time rest "}\n"
#define START_AT(time, run, plan, total, part) EVENT("start", time, \
  ",\"schema\":1,\"run\":\"" run "\",\"tool\":\"1\",\"argv\":[\"oracle\",\"run\"]" \
  ",\"plan\":\"00000000000000" plan "\",\"total\":" total ",\"partition\":\"" part "\",\"jobs\":2")
#define START(run, plan, total, part) START_AT("100.5", run, plan, total, part)
#define SIDE(name) \
  "{\"name\":\"" name "\",\"version\":\"v\",\"build\":\"b-" name "\",\"kind\":\"exec\"}"
#define MODE(name, cases) EVENT("mode", "101", ",\"mode\":\"" name "\",\"why\":\"w\"" \
  ",\"ref\":" SIDE("r") ",\"cand\":" SIDE("c") ",\"cases\":" cases \
  ",\"output\":\".oracle/" name "\"")
#define RESULT_OF(n, mode, id, word, class, rest) EVENT("result", "102", ",\"n\":" n \
  ",\"mode\":\"" mode "\",\"case\":\"" id "\",\"title\":\"t\",\"file\":\"f.lua\",\"line\":1" \
  ",\"verdict\":\"" word "\",\"class\":\"" class "\"" rest)
#define RESULT(n, mode, id, word) RESULT_OF(n, mode, id, word, "pass", "")
#define TIMED(n, mode, id, word, ref, cand) RESULT_OF(n, mode, id, word, "pass", \
  ",\"ref_ns\":" ref ",\"cand_ns\":" cand)
#define RESUMED EVENT("resume", "103", ",\"argv\":[\"oracle\",\"run\",\"--resume\"]")
#define END(status, complete, reason) EVENT("end", "104", ",\"counts\":{},\"status\":" status \
  ",\"seconds\":3.5,\"complete\":" complete ",\"reason\":\"" reason "\"")

static inline void write_log(const char *name, const char *text) {
  put(in_folder(name), text);
}

#endif
