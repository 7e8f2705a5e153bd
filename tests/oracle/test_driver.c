/* test_driver.c -- a run comes to its end whatever its workers do, and tells what it did.
 *
 * This program is its own worker: started again by the driver, it does with the items what a script
 * says, a letter an item. */
#include "run/driver.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "project.h"
#include "run/worker.h"

#define SCRIPT "DRIVER_TEST_SCRIPT"

static Strings argv;

/* ---- The worker ----------------------------------------------------------------------------- */

static void answer(const WorkerTask *task, uint32_t index, VerdictKind kind, bool as_trouble) {
  Verdict v = {.kind = kind};
  Diag why = {.status = EXIT_INFRA, .text = "no disk"};
  Bytes frame = {0};
  bytes_puts(&v.why, task->process_only ? "in a process" : "");
  if (as_trouble) wire_append_trouble(&frame, &why);
  else wire_append_verdict(&frame, index, &v);
  while (frame.len) wire_send(task->socket, &frame);
  verdict_free(&v);
  bytes_free(&frame);
}

/* False: this worker is at its end. */
static bool do_item(const WorkerTask *task, uint32_t index, char what) {
  switch (what) {
    case '.': answer(task, index, VERDICT_SAME, false); break;
    case 'x': answer(task, index, VERDICT_STDOUT, false); break;
    case 'D': abort();
    case 'd': if (!task->process_only) abort(); answer(task, index, VERDICT_SAME, false); break;
    case 't': answer(task, index, VERDICT_SAME, true); break;
    case 'g': answer(task, index + 1, VERDICT_SAME, false); break;
    case 's': answer(task, index, VERDICT_SAME, false); return false;
    case 'l': usleep(200000); answer(task, index, VERDICT_SAME, false); break;
    case 'i': kill(getppid(), SIGINT); pause(); break;
  }
  return true;
}

static int work(WorkerTask *task) {
  const char *script = getenv(SCRIPT);
  Bytes orders = {0};
  uint32_t index;
  bool goes_on = script[0] != 'q';
  handed_free(&task->handed);
  while (goes_on) {
    struct pollfd p = {task->socket, POLLIN, 0};
    poll(&p, 1, -1);
    goes_on = wire_receive(task->socket, &orders);
    while (goes_on && wire_take_order(&orders, &index)) {
      task->board->current = index;
      goes_on = do_item(task, index, script[index]);
      task->board->done++;
      task->board->current = WIRE_IDLE;
    }
  }
  bytes_free(&orders);
  return script[0] == 'q' ? 3 : 0;
}

/* ---- What a run tells ----------------------------------------------------------------------- */

typedef struct Ear {
  Listener listener;
  Bytes heard;
  bool fails;
} Ear;

static bool hear(Listener *self, const Event *e, Diag *why) {
  Ear *ear = (Ear *)self;
  Bytes *b = &ear->heard;
  if (e->kind == EVENT_START) bytes_puts(b, "start ");
  if (e->kind == EVENT_RESUME) bytes_puts(b, "resume ");
  if (e->kind == EVENT_MODE) bytes_printf(b, "mode %s %zu ", e->as.mode.mode, e->as.mode.cases);
  if (e->kind == EVENT_NOTE) bytes_printf(b, "(%s) ", e->as.note.text);
  if (e->kind == EVENT_RESULT) {
    bytes_printf(b, "%zu=%s%s%s%s ", e->as.result.n, verdict_word(e->as.result.verdict),
                 e->as.result.cached ? " cached" : "", e->as.result.why.len ? ":" : "",
                 bytes_text(&e->as.result.why));
  }
  if (e->kind == EVENT_END) {
    bytes_printf(b, "end %d %s%s", e->as.end.status, e->as.end.complete ? "complete" : "",
                 e->as.end.reason);
  }
  return !ear->fails || diag_set(why, EXIT_INFRA, "the ear is deaf");
}

static bool close_ear(Listener *self, Diag *why) {
  (void)self;
  (void)why;
  return true;
}

#define CONFIG                                                                                   \
  "return { input = {'some.cases'}, ref = {engine = 'exec', cmd = 'lua5.1'},\n"                  \
  "  cand = {engine = 'exec', cmd = 'lua5.1'} }"

/* Runs the script in a project of as many cases; `expected` is what it tells, then " -> status"
 * or why it could not. */
static void assert_run(const char *script, RunOptions o, const char *expected) {
  Project p;
  Diag why = {0};
  Bytes cases = {0};
  Ear ear = {.listener = {hear, NULL, close_ear}, .fails = o.partition != NULL};
  Listener *const listeners[] = {&ear.listener};
  int status = -1;
  for (size_t i = 0; script[i]; i++) bytes_printf(&cases, "=== the-case-%zu\nx%zu\n", i, i);
  put("some.cases", cases.data);
  setenv(SCRIPT, script, 1);
  open_project(&p, CONFIG);
  o.argv = &argv;
  o.folder = "/";
  o.repeat = "oracle run";
  o.debug = "";
  o.run = "id";
  o.jobs = 1;
  o.retries = 1;
  o.partition = "";
  o.listeners = listeners;
  o.nlisteners = 1;
  bool ok = driver_run(&p.plan, &o, &status, &why);
  if (ok) bytes_printf(&ear.heard, " -> %d", status);
  else bytes_printf(&ear.heard, " -> %s", why.text);
  assert_string_equal(ear.heard.data, expected);
  bytes_free(&ear.heard);
  bytes_free(&cases);
  close_project(&p);
}

static const RunOptions plain;

static void all_is_told(void **unused) {
  (void)unused;
  assert_run("..", plain, "start mode base 2 0=same 1=same end 0 complete -> 0");
  assert_run(".x", plain, "start mode base 2 0=same 1=stdout end 1 complete -> 1");
}

static void a_case_that_kills_is_tried_once_more_alone(void **unused) {
  (void)unused;
  assert_run("d", plain, "start mode base 1 "
             "(a worker died in some.cases#the-case-0 (signal ABRT); it was replaced) "
             "0=same:in a process end 0 complete -> 0");
  assert_run("D", plain, "start mode base 1 "
             "(a worker died in some.cases#the-case-0 (signal ABRT); it was replaced) "
             "0=infra:the worker died in this case: signal ABRT "
             "(a worker died in some.cases#the-case-0 (signal ABRT); it was replaced) "
             "end 3 complete -> 3");
}

static void a_worker_may_end_between_cases(void **unused) {
  (void)unused;
  assert_run("s.", plain, "start mode base 2 0=same 1=same end 0 complete -> 0");
  assert_run("ssss", plain, "start mode base 4 0=same 1=same 2=same 3=same end 0 complete -> 0");
}

static void trouble_of_a_worker_is_the_runs(void **unused) {
  (void)unused;
  assert_run("t", plain, "start mode base 1 end 3 trouble -> no disk");
  assert_run("g", plain, "start mode base 1 end 3 trouble -> a worker sent what is no answer");
  char note[] = "(a worker ended (exit status 3); it was replaced) ";
  char *expected = mem_format("start mode base 1 %s%s%s%s%send 3 trouble -> workers of mode base "
                              "end at once", note, note, note, note, note);
  assert_run("q", plain, expected);
  free(expected);
}

static void failures_time_and_signals_stop_it(void **unused) {
  (void)unused;
  RunOptions few = {.most_failures = 1}, soon = {.seconds = 0.05};
  assert_run("xxl", few, "start mode base 3 0=stdout end 1 max-fail -> 1");
  assert_run(".x", few, "start mode base 2 0=same 1=stdout end 1 complete -> 1");
  assert_run("lllll", soon, "start mode base 5 end 124 time -> 124");
  assert_run("i.", plain, "start mode base 2 end 130 interrupt -> 130");
  assert_run("xi", plain, "start mode base 2 0=stdout end 130 interrupt -> 130");
}

static void what_passed_comes_from_the_cache_without_a_worker(void **unused) {
  (void)unused;
  Diag why;
  RunOptions cached = {.use_cache = true};
  assert_true(path_remove(".oracle", &why));
  assert_run("..x", plain, "start mode base 3 0=same 1=same 2=stdout end 1 complete -> 1");
  assert_run("DD.", cached,
             "start mode base 3 0=same cached 1=same cached 2=same end 0 complete -> 0");
  assert_run("qqq", cached, "start mode base 3 0=same cached 1=same cached 2=same cached "
             "end 0 complete -> 0");
}

static void a_resumed_run_does_what_is_left(void **unused) {
  (void)unused;
  unsigned char verdicts[] = {VERDICT_SAME, RESUME_NOT_DONE, VERDICT_STDOUT};
  Resumed r = {.run = "id", .verdicts = verdicts};
  r.counts[VERDICT_SAME] = r.counts[VERDICT_STDOUT] = 1;
  RunOptions o = {.resumed = &r};
  assert_run("D.D", o, "resume mode base 3 1=same end 1 complete -> 1");
  strings_add(&r.modes, "base");
  assert_run("D.D", o, "resume 1=same end 1 complete -> 1");
  verdicts[1] = VERDICT_SAME;
  assert_run("qqq", o, "resume end 1 complete -> 1");
  strings_free(&r.modes);
}

/* The one that asks for a deaf ear: see assert_run. */
static void a_listener_that_fails_is_trouble(void **unused) {
  (void)unused;
  RunOptions deaf = {.partition = "deaf"};
  assert_run(".", deaf, "start end 3 trouble -> the ear is deaf");
}

int main(int argc, char **words) {
  WorkerTask task;
  if (worker_is_called(&task)) return work(&task);
  for (int i = 0; i < argc; i++) strings_add(&argv, words[i]);
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(all_is_told),
    cmocka_unit_test(a_case_that_kills_is_tried_once_more_alone),
    cmocka_unit_test(a_worker_may_end_between_cases),
    cmocka_unit_test(trouble_of_a_worker_is_the_runs),
    cmocka_unit_test(failures_time_and_signals_stop_it),
    cmocka_unit_test(what_passed_comes_from_the_cache_without_a_worker),
    cmocka_unit_test(a_resumed_run_does_what_is_left),
    cmocka_unit_test(a_listener_that_fails_is_trouble),
  };
  int failed = cmocka_run_group_tests(tests, enter_folder, remove_folder);
  strings_free(&argv);
  return failed;
}
