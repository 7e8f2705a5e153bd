/* test_event.c -- an event that is read is the event that was written, whatever bytes it holds. */
#include <inttypes.h>
#include <unistd.h>

#include "run/event.h"
#include "folder.h"
#include "seen.h"

static const char file[] = "events.jsonl";

/* Appends what it sees, written again. */
static bool write_again(void *context, const Event *e, Diag *why) {
  (void)why;
  event_append(context, e);
  return true;
}

static bool read_text(const char *text, size_t n, Bytes *again, Diag *why) {
  Diag trouble;
  *why = (Diag){0};
  assert_true(path_write(file, text, n, &trouble));
  return event_read_log(file, write_again, again, why);
}

/* JSON is easier to read here with ' for its quotes. */
static Bytes json(const char *line) {
  Bytes text = bytes_of(line);
  for (size_t i = 0; i < text.len; i++) {
    if (text.data[i] == '\'') text.data[i] = '"';
  }
  return text;
}

static void expect_same(const Event *e, const char *line) {
  Bytes text = {0}, again = {0}, expected = json(line);
  Diag why;
  event_append(&text, e);
  assert_bytes(&text, expected.data);
  assert_true(read_text(text.data, text.len, &again, &why));
  assert_bytes(&again, expected.data);
  bytes_free(&expected);
  bytes_free(&text);
  bytes_free(&again);
}

static void every_kind(void **unused) {
  (void)unused;
  Strings argv = {0};
  strings_add(&argv, "oracle");
  strings_add(&argv, "run");
  strings_add(&argv, "a b");
  Event start = {.kind = EVENT_START, .time = 12.5};
  start.as.start.schema = EVENT_SCHEMA;
  start.as.start.run = "r";
  start.as.start.tool = "1.0";
  start.as.start.argv = &argv;
  start.as.start.plan = 0xfedcba9876543210;
  start.as.start.total = 3;
  start.as.start.partition = "hash:1/4";
  start.as.start.jobs = 2;
  expect_same(&start, "{'event':'start','time':12.500000,'schema':1,'run':'r','tool':'1.0',"
              "'argv':['oracle','run','a b'],'plan':'fedcba9876543210','total':3,"
              "'partition':'hash:1/4','jobs':2}\n");
  Event mode = {.kind = EVENT_MODE};
  mode.as.mode.mode = "base";
  mode.as.mode.why = "w";
  mode.as.mode.output = ".oracle/base";
  mode.as.mode.ref = (EventSide){"lua5.1", "Lua 5.1.5", "00ff", "inproc"};
  mode.as.mode.cand = (EventSide){"ours", "Lua 5.1", "ff00", "exec"};
  mode.as.mode.cases = 3;
  expect_same(&mode, "{'event':'mode','time':0.000000,'mode':'base','why':'w','ref':{"
              "'name':'lua5.1','version':'Lua 5.1.5','build':'00ff','kind':'inproc'},"
              "'cand':{'name':'ours','version':'Lua 5.1','build':'ff00','kind':'exec'},"
              "'cases':3,'output':'.oracle/base'}\n");
  Event ledger = {.kind = EVENT_LEDGER};
  ledger.as.ledger.mode = "base";
  ledger.as.ledger.entry = "K-1";
  ledger.as.ledger.problem = "stale";
  ledger.as.ledger.why = "no hit";
  expect_same(&ledger, "{'event':'ledger','time':0.000000,'mode':'base','entry':'K-1',"
              "'problem':'stale','why':'no hit'}\n");
  Event note = {.kind = EVENT_NOTE};
  note.as.note.text = "\"quoted\"\\";
  expect_same(&note, "{'event':'note','time':0.000000,'text':'\\\"quoted\\\"\\\\\\\\'}\n");
  Event resume = {.kind = EVENT_RESUME};
  resume.as.resume.argv = &argv;
  expect_same(&resume, "{'event':'resume','time':0.000000,'argv':['oracle','run','a b']}\n");
  Event end = {.kind = EVENT_END};
  end.as.end.counts[VERDICT_SAME] = 5;
  end.as.end.counts[VERDICT_STDOUT] = 1;
  end.as.end.status = 1;
  end.as.end.seconds = 0.25;
  end.as.end.reason = "time";
  expect_same(&end, "{'event':'end','time':0.000000,'counts':{'same':5,'stdout':1},'status':1,"
              "'seconds':0.250000,'complete':false,'reason':'time'}\n");
  strings_free(&argv);
}

static void results_leave_out_what_is_empty(void **unused) {
  (void)unused;
  Strings none = {0};
  Event e = {.kind = EVENT_RESULT, .time = 1};
  e.as.result.n = 7;
  e.as.result.mode = "base";
  e.as.result.id = "t.cases#a";
  e.as.result.title = e.as.result.file = e.as.result.signature = e.as.result.ledger = "";
  e.as.result.repeat = e.as.result.debug = "";
  e.as.result.tags = e.as.result.rules = &none;
  expect_same(&e, "{'event':'result','time':1.000000,'n':7,'mode':'base','case':'t.cases#a',"
              "'verdict':'same','class':'pass'}\n");
}

static bool expect_bytes(void *context, const Event *e, Diag *why) {
  (void)why;
  const Event *expected = context;
  assert_int_equal(e->kind, EVENT_RESULT);
  assert_true(bytes_equal(&e->as.result.why, &expected->as.result.why));
  assert_true(bytes_equal(&e->as.result.diff, &expected->as.result.diff));
  assert_string_equal(e->as.result.title, expected->as.result.title);
  assert_string_equal(e->as.result.debug, expected->as.result.debug);
  assert_string_equal(e->as.result.tags->at[1], expected->as.result.tags->at[1]);
  assert_string_equal(e->as.result.rules->at[0], expected->as.result.rules->at[0]);
  assert_int_equal(e->as.result.verdict, VERDICT_CRASH);
  assert_int_equal(e->as.result.line, 3);
  assert_int_equal(e->as.result.cand_ns, UINT64_C(1) << 40);
  assert_true(e->as.result.cached);
  return true;
}

/* Every byte, alone and with a digit behind it, in texts that may hold NUL. */
static void bytes_are_kept(void **unused) {
  (void)unused;
  Strings tags = {0}, rules = {0};
  Event e = {.kind = EVENT_RESULT};
  Diag why = {0};
  Bytes all = {0}, line = {0};
  for (int c = 0; c < 256; c++) bytes_printf(&all, "%c%c7", c, c);
  strings_add(&tags, "a");
  strings_add(&tags, "\xff\xc3\xa4");
  strings_add(&rules, "r1");
  e.as.result.mode = "m";
  e.as.result.id = "i";
  e.as.result.title = "\x01\xfe\"\\n";
  e.as.result.file = "f";
  e.as.result.line = 3;
  e.as.result.tags = &tags;
  e.as.result.rules = &rules;
  e.as.result.verdict = VERDICT_CRASH;
  e.as.result.why = all;
  bytes_putc(&e.as.result.diff, '\0');
  e.as.result.signature = e.as.result.ledger = e.as.result.repeat = "";
  e.as.result.debug = "oracle gdb i";
  e.as.result.cand_ns = UINT64_C(1) << 40;
  e.as.result.cached = true;
  event_append(&line, &e);
  for (size_t i = 0; i + 1 < line.len; i++) assert_in_range(line.data[i], 0x20, 0x7e);
  assert_true(path_write(file, line.data, line.len, &why));
  assert_true(event_read_log(file, expect_bytes, &e, &why));
  bytes_free(&e.as.result.diff);
  bytes_free(&all);
  bytes_free(&line);
  strings_free(&tags);
  strings_free(&rules);
}

#define NOTE "{\"event\":\"note\",\"time\":0.000000,\"text\":\"x\"}\n"

static void half_a_line_is_ignored(void **unused) {
  (void)unused;
  static const char text[] = NOTE NOTE "{\"event\":\"note\",\"te";
  Bytes again = {0};
  Diag why;
  assert_true(read_text(text, sizeof text - 1, &again, &why));
  assert_bytes(&again, NOTE NOTE);
  bytes_free(&again);
}

static void unknown_keys_are_ignored(void **unused) {
  (void)unused;
  static const char text[] = "{\"new\":[1],\"event\":\"note\",\"time\":0,\"text\":\"x\"}\n";
  Bytes again = {0};
  Diag why;
  assert_true(read_text(text, sizeof text - 1, &again, &why));
  assert_bytes(&again, NOTE);
  bytes_free(&again);
}

static void expect_refused(const char *second, const char *message) {
  Bytes text = bytes_of(NOTE), again = {0}, line = json(second);
  Diag why;
  bytes_printf(&text, "%s\n", line.data);
  bytes_free(&line);
  assert_false(read_text(text.data, text.len, &again, &why));
  assert_int_equal(why.status, EXIT_USAGE);
  char *place = mem_format("%s:2: ", file);
  Bytes said = json(message);
  assert_memory_equal(why.text, place, strlen(place));
  assert_non_null(strstr(why.text, said.data));
  assert_bytes(&again, NOTE);
  free(place);
  bytes_free(&said);
  bytes_free(&text);
  bytes_free(&again);
}

static void what_is_no_event_is_refused(void **unused) {
  (void)unused;
  expect_refused("", "not JSON");
  expect_refused("{", "not JSON");
  expect_refused("[]", "'event' is missing or wrong");
  expect_refused("{'event':'party'}", "'event'");
  expect_refused("{'event':'note'}", "'text'");
  expect_refused("{'event':'note','text':1}", "'text'");
  expect_refused("{'event':'note','text':'x','time':'now'}", "'time'");
  expect_refused("{'event':'resume','argv':[1]}", "'argv'");
  expect_refused("{'event':'result','n':-1,'mode':'m','case':'c','verdict':'same'}", "'n'");
  expect_refused("{'event':'result','n':1,'mode':'m','case':'c','verdict':'so'}", "'verdict'");
  expect_refused("{'event':'start','schema':2,'run':'r','plan':'0123456789abcdef','total':1}",
                 "'schema'");
  expect_refused("{'event':'start','schema':1,'run':'r','plan':'12','total':1}", "'plan'");
}

static bool refuse(void *context, const Event *e, Diag *why) {
  (void)e;
  ++*(int *)context;
  return diag_set(why, EXIT_LEDGER, "enough");
}

static void visitor_may_stop(void **unused) {
  (void)unused;
  Diag why = {0};
  int calls = 0;
  assert_true(path_write(file, NOTE NOTE, strlen(NOTE NOTE), &why));
  assert_false(event_read_log(file, refuse, &calls, &why));
  assert_int_equal(calls, 1);
  assert_string_equal(why.text, "enough");
  assert_int_equal(why.status, EXIT_LEDGER);
}

static void missing_file(void **unused) {
  (void)unused;
  Diag why = {0};
  int calls = 0;
  assert_false(event_read_log("/nonexistent/events.jsonl", refuse, &calls, &why));
  assert_int_equal(calls, 0);
  assert_int_equal(why.status, EXIT_USAGE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_kind),
    cmocka_unit_test(results_leave_out_what_is_empty),
    cmocka_unit_test(bytes_are_kept),
    cmocka_unit_test(half_a_line_is_ignored),
    cmocka_unit_test(unknown_keys_are_ignored),
    cmocka_unit_test(what_is_no_event_is_refused),
    cmocka_unit_test(visitor_may_stop),
    cmocka_unit_test(missing_file),
  };
  return cmocka_run_group_tests(tests, enter_folder, remove_folder);
}
