/* test_eventlog.c -- the log holds what was heard, soon enough, and says when it cannot. */
#include <unistd.h>

#include "run/eventlog.h"
#include "folder.h"
#include "seen.h"

static const char file[] = "events.jsonl";

static bool say(Listener *log, double time, const char *text, Diag *why) {
  Event e = {.kind = EVENT_NOTE, .time = time};
  e.as.note.text = text;
  return log->hear(log, &e, why);
}

static size_t written(void) {
  Bytes text = {0};
  Diag why;
  assert_true(path_read(file, &text, &why));
  size_t lines = 0;
  for (size_t i = 0; i < text.len; i++) lines += text.data[i] == '\n';
  bytes_free(&text);
  return lines;
}

static Listener *open_log(bool append) {
  Diag why = {0};
  Listener *log = eventlog_open(file, append, &why);
  if (log == NULL) fail_msg("%s", why.text);
  return log;
}

static void a_second_is_the_most_that_waits(void **unused) {
  (void)unused;
  Diag why = {0};
  Listener *log = open_log(false);
  assert_true(say(log, 100, "a", &why));        /* the first is written at once */
  assert_int_equal(written(), 1);
  assert_true(say(log, 100.5, "b", &why));
  assert_true(log->tick(log, 100.9, &why));
  assert_int_equal(written(), 1);
  assert_true(log->tick(log, 101, &why));
  assert_int_equal(written(), 2);
  assert_true(say(log, 101.5, "c", &why));
  assert_true(say(log, 102.1, "d", &why));      /* busy: nobody ticks */
  assert_int_equal(written(), 4);
  assert_true(say(log, 102.2, "e", &why));
  assert_true(log->close(log, &why));
  assert_int_equal(written(), 5);
}

static void much_does_not_wait(void **unused) {
  (void)unused;
  Diag why = {0};
  Listener *log = open_log(false);
  char *text = mem_format("%070000d", 1);
  assert_true(say(log, 100, "a", &why));
  assert_true(say(log, 100.1, text, &why));
  assert_int_equal(written(), 2);
  assert_true(log->close(log, &why));
  free(text);
}

static void appending_cuts_half_a_line(void **unused) {
  (void)unused;
  Diag why = {0};
  Bytes text = bytes_of("{}\n{}\n{\"half");
  for (int i = 0; i < 3; i++) bytes_printf(&text, "%04000d", i);   /* longer than a block */
  assert_true(path_write(file, text.data, text.len, &why));
  Listener *log = open_log(true);
  assert_true(say(log, 1, "x", &why));
  assert_true(log->close(log, &why));
  bytes_clear(&text);
  assert_true(path_read(file, &text, &why));
  assert_bytes(&text, "{}\n{}\n{\"event\":\"note\",\"time\":1.000000,\"text\":\"x\"}\n");
  assert_true(path_write(file, "no line at all", 14, &why));
  log = open_log(true);
  assert_true(log->close(log, &why));
  assert_int_equal(written(), 0);
  bytes_free(&text);
}

static void trouble_is_told(void **unused) {
  (void)unused;
  Diag why = {0};
  assert_null(eventlog_open("/nonexistent/events.jsonl", false, &why));
  assert_int_equal(why.status, EXIT_INFRA);
  why = (Diag){0};
  Listener *log = eventlog_open("/dev/full", false, &why);
  assert_non_null(log);
  assert_false(say(log, 100, "a", &why));
  assert_int_equal(why.status, EXIT_INFRA);
  assert_non_null(strstr(why.text, "/dev/full"));
  why = (Diag){0};
  assert_false(log->close(log, &why));
  assert_int_equal(why.status, EXIT_INFRA);
}

static void a_log_has_one_writer(void **unused) {
  (void)unused;
  Diag why = {0};
  Listener *log = open_log(false);
  assert_true(say(log, 100, "a", &why));
  for (int append = 0; append < 2; append++) {
    why = (Diag){0};
    assert_null(eventlog_open(file, append, &why));
    assert_int_equal(why.status, EXIT_INFRA);
    assert_non_null(strstr(why.text, "another run is writing it"));
  }
  assert_int_equal(written(), 1);
  assert_true(log->close(log, &why));
  log = open_log(true);
  assert_true(log->close(log, &why));
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_second_is_the_most_that_waits),
    cmocka_unit_test(much_does_not_wait),
    cmocka_unit_test(appending_cuts_half_a_line),
    cmocka_unit_test(a_log_has_one_writer),
    cmocka_unit_test(trouble_is_told),
  };
  return cmocka_run_group_tests(tests, enter_folder, remove_folder);
}
