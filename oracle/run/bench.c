/* bench.c -- why this file exists: a tester that is slow is run seldom, so how fast it is has to be
 * seen before it is noticed. */
#include "run/bench.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "case/parse.h"
#include "engine/guard.h"
#include "engine/inproc.h"
#include "run/pair.h"

enum {
  SMALL_ROUNDS = 80,     /* short ones: some must fall between two interruptions */
  SMALL_PAIRS = 10,      /* of one program, a round */
  EXEC_ROUNDS = 25,
  EXEC_PAIRS = 1,
  RESETS = 200,          /* samples, of one reset each */
  CRASHES = 200,
  CLOCKS = 1000          /* looks at the clock, to know what one costs */
};

#define STACK_BYTES ((size_t)1 << 20)

/* What many cases of the corpus are like: a line or two, a few values, a line of output. */
static const struct Program { const char *name, *text; Phase fails_in; } programs[] = {
  {"arithmetic",
   "local x = 1 for i = 1, 20 do x = (x * 7 + i) % 1009 end\n"
   "print(x, 2 ^ 0.5, -7 % 3, 1 / 0)", PHASE_NONE},
  {"strings",
   "local t = {} for i = 1, 10 do t[i] = ('%03d'):format(i) .. ('x'):rep(i) end\n"
   "print(#table.concat(t))", PHASE_NONE},
  {"patterns",
   "print(('key = value'):match('^(%w+)%s*=%s*(%w+)$'))\n"
   "print((('a,b,c'):gsub(',', ';')))", PHASE_NONE},
  {"tables",
   "local t = {5, 3, 8, 1, x = 1, y = 2} table.sort(t) t.x = nil\n"
   "for k, v in pairs(t) do io.write(v, ' ') end", PHASE_NONE},
  {"closures",
   "local function counter() local n = 0 return function() n = n + 1 return n end end\n"
   "local a, b = counter(), counter() a() b() print(a(), b(), a())", PHASE_NONE},
  {"metatables",
   "local t = setmetatable({}, {__index = function(t, k) return k .. '!' end,\n"
   "__call = function(self, x) return x end}) print(t.a, t(3), rawget(t, 'a'))", PHASE_NONE},
  {"coroutines",
   "local co = coroutine.wrap(function(a) for i = 1, 5 do a = coroutine.yield(a + i) end end)\n"
   "print(co(1), co(2), co(3))", PHASE_NONE},
  {"errors",
   "print(pcall(function() local t = nil return t.x end))\n"
   "print(select(2, pcall(error, {})) ~= nil)", PHASE_NONE},
  {"uncaught", "local function f(x) return x.y.z end\nf({})", PHASE_RUN},
  {"values", "return 1, 'two', {3, {4}}, print, nil, true", PHASE_NONE},
};
enum { PROGRAMS = sizeof programs / sizeof *programs };

/* One measuring: its engines, and what they are asked. */
typedef struct Bench {
  Pair pair;
  const Mode *mode;
  Case *cases[PROGRAMS];
  Verdict verdict;
  Figures *figures;
  Diag *why;
} Bench;

static void add(Bench *b, const char *kind, const char *part, double sample) {
  char *name = mem_format("%s.%s", kind, part);
  figures_add(b->figures, name, sample);
  free(name);
}

static bool run_program(Bench *b, size_t i) {
  const Case *item = b->cases[i];
  if (!pair_run(&b->pair, item, &b->mode->conditions, &b->verdict, b->why)) return false;
  if (verdict_class(b->verdict.kind) == CLASS_PASS) return true;
  return diag_set(b->why, EXIT_DIVERGENT, "mode %s: the small program '%s' is not the same on both "
                  "sides (%s): %s", b->mode->name, item->id, verdict_word(b->verdict.kind),
                  bytes_text(&b->verdict.why));
}

static void add_round(Bench *b, const char *kind, unsigned pairs, const double seconds[PROGRAMS]) {
  double whole = 0;
  for (size_t i = 0; i < PROGRAMS; i++) whole += seconds[i];
  figures_add(b->figures, kind, PROGRAMS * pairs / whole);
  for (size_t i = 0; i < PROGRAMS; i++) add(b, kind, programs[i].name, pairs / seconds[i]);
}

/* Pairs of each program in turn; a sample of `kind` is the whole round. */
static bool measure_pairs(Bench *b, const char *kind, unsigned rounds, unsigned pairs) {
  for (size_t i = 0; i < PROGRAMS; i++) {                /* warm, and known to agree */
    if (!run_program(b, i)) return false;
  }
  for (unsigned round = 0; round < rounds; round++) {
    double seconds[PROGRAMS];
    for (size_t i = 0; i < PROGRAMS; i++) {
      double start = clock_elapsed();
      for (unsigned k = 0; k < pairs; k++) {
        if (!run_program(b, i)) return false;
      }
      seconds[i] = clock_elapsed() - start;
    }
    add_round(b, kind, pairs, seconds);
  }
  return true;
}

static double clock_cost(void) {
  double least = 1;
  for (int i = 0; i < CLOCKS; i++) {
    double start = clock_elapsed(), cost = clock_elapsed() - start;
    if (cost < least) least = cost;
  }
  return least;
}

/* Each time after a program has run on both sides: that is the state which has to be undone. */
static bool measure_reset(Bench *b) {
  double cost = clock_cost();
  for (unsigned i = 0; i < RESETS; i++) {
    if (!run_program(b, i % PROGRAMS)) return false;
    double start = clock_elapsed();
    bool both = inproc_reset(b->pair.ref) && inproc_reset(b->pair.cand);
    double seconds = clock_elapsed() - start - cost;
    if (!both) return true;                              /* LuaJIT: each run has a new state */
    figures_add(b->figures, "reset", seconds * 1e9);
    start = clock_elapsed();
    inproc_reset(b->pair.ref);
    inproc_reset(b->pair.cand);
    add(b, "reset", "again", (clock_elapsed() - start - cost) * 1e9);
  }
  return true;
}

static void crash(void *unused) {
  (void)unused;
  *(volatile int *)16 = 0;
}

static bool measure_crash(Bench *b) {
  Guard *guard = guard_open(STACK_BYTES, b->why);
  if (guard == NULL) return false;
  for (unsigned i = 0; i < CRASHES; i++) {
    double start = clock_elapsed();
    GuardOutcome outcome = guard_run(guard, crash, NULL, 1, NULL);
    inproc_reset(b->pair.ref);
    inproc_reset(b->pair.cand);
    double seconds = clock_elapsed() - start;
    if (outcome.how == LEFT_BY_SIGNAL) figures_add(b->figures, "crash", seconds * 1e6);
  }
  guard_close(guard);
  return true;
}

static bool measure_libraries(Bench *b) {
  bool sanitized = inproc_is_sanitized(b->pair.cand);
  return measure_pairs(b, sanitized ? "sanitized" : "small", SMALL_ROUNDS, SMALL_PAIRS) &&
         (sanitized || (measure_reset(b) && measure_crash(b)));
}

static bool measure_programs(Bench *b) {
  return measure_pairs(b, "exec", EXEC_ROUNDS, EXEC_PAIRS);
}

static bool measure(Bench *b, const EngineSpec *ref, const EngineSpec *cand,
                    bool (*with)(Bench *)) {
  Rules rules = {0};
  bool ok = *b->mode->rules == '\0' || rules_load(&rules, b->mode->rules, b->why);
  ok = ok && pair_open(&b->pair, ref, cand, &rules, 1, b->why);
  if (ok) {
    ok = with(b);
    pair_close(&b->pair);
  }
  rules_free(&rules);
  return ok;
}

bool bench_measure(const Mode *mode, Figures *figures, Diag *why) {
  Bench b = {.mode = mode, .figures = figures, .why = why};
  bool libraries = strcmp(mode->ref.kind, "inproc") == 0 && strcmp(mode->cand.kind, "inproc") == 0;
  for (size_t i = 0; i < PROGRAMS; i++) {
    b.cases[i] = case_of_text(programs[i].name, programs[i].text, strlen(programs[i].text));
    b.cases[i]->plain = false;                           /* nothing beside it is its own */
    b.cases[i]->phase = programs[i].fails_in;
    case_seal(b.cases[i]);
  }
  bool ok = true;
  if (libraries) ok = measure(&b, &mode->ref, &mode->cand, measure_libraries);
  bool programs_too = mode->has_process && figures_find(figures, "sanitized") == NULL;
  if (ok && programs_too) {
    ok = measure(&b, &mode->ref_process, &mode->cand_process, measure_programs);
  } else if (ok && !libraries) ok = measure(&b, &mode->ref, &mode->cand, measure_programs);
  for (size_t i = 0; i < PROGRAMS; i++) case_free(b.cases[i]);
  verdict_free(&b.verdict);
  return ok;
}
