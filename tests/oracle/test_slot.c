/* test_slot.c -- a worker is started, fed, heard and replaced, however it ends.
 *
 * This program is its own worker: started again by the slot, it does what an order's number
 * says. */
#include "run/slot.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run/worker.h"
#include "support/harness.h"

enum { ABORT = 100, LEAVE, HANG, SAY_FOLDER, SAY_OUTPUT };

static char kind[] = "exec", path[] = "lua5.1";
static EngineSpec program = {.kind = kind, .path = path};
static Strings argv;

static void answer(int socket, uint32_t order, const char *text) {
  Verdict v = {.kind = VERDICT_STDOUT};
  Bytes frame = {0};
  bytes_puts(&v.why, text);
  wire_append_verdict(&frame, order, &v);
  while (frame.len) wire_send(socket, &frame);
  verdict_free(&v);
  bytes_free(&frame);
}

static int work(const char *task) {
  Bytes orders = {0};
  int socket = atoi(task);
  uint32_t order;
  for (;;) {
    struct pollfd p = {socket, POLLIN, 0};
    poll(&p, 1, -1);
    if (!wire_receive(socket, &orders)) break;
    while (wire_take_order(&orders, &order)) {
      if (order == ABORT) abort();
      if (order == LEAVE) _exit(3);
      while (order == HANG) pause();
      char output[64] = "";
      if (readlink("/proc/self/fd/1", output, sizeof output - 1) < 0) _exit(4);
      char *folder = getcwd(NULL, 0);
      answer(socket, order, order == SAY_FOLDER ? folder : order == SAY_OUTPUT ? output :
             task + strcspn(task, "p"));
      free(folder);
    }
  }
  bytes_free(&orders);
  return 0;
}

static void start(Slot *slot) {
  Diag why = {0};
  WorkerStart s = {&argv, "/", &program, STDERR_FILENO};
  if (!slot_start(slot, &s, &why)) fail_msg("%s", why.text);
}

/* The text of the next answer; NULL when the worker is gone. */
static char *hear(Slot *slot) {
  Verdict v = {0};
  Diag why = {0};
  uint32_t index;
  for (;;) {
    struct pollfd p = {slot->socket, (short)(POLLIN | (slot->out.len ? POLLOUT : 0)), 0};
    if (wire_take(&slot->in, &index, &v, &why) == WIRE_VERDICT) break;
    assert_int_not_equal(poll(&p, 1, 10000), 0);
    if (!slot_exchange(slot, p.revents)) return NULL;
  }
  assert_int_equal(index, slot->orders[0]);
  slot_answered(slot);
  char *text = mem_string(bytes_text(&v.why));
  verdict_free(&v);
  return text;
}

static void assert_heard(Slot *slot, const char *expected) {
  char *text = hear(slot);
  assert_string_equal(text ? text : "(gone)", expected);
  free(text);
}

static void assert_ends(uint32_t order, int number, const char *expected) {
  Slot slot = {.pid = 0};
  char end[SLOT_END_LENGTH];
  start(&slot);
  slot_give(&slot, 1);
  slot_give(&slot, order);
  slot_give(&slot, 2);
  assert_heard(&slot, "");
  if (number == 0) assert_heard(&slot, "(gone)");
  slot_describe_end(slot_stop(&slot, number), end);
  assert_string_equal(end, expected);
  assert_int_equal(slot.pid, 0);
  /* What it was to do is still known. */
  assert_int_equal(slot.norders, 2);
  assert_int_equal(slot.orders[0], order);
  start(&slot);
  assert_int_equal(slot.norders, 0);
  slot_give(&slot, 7);
  assert_heard(&slot, "");
  assert_int_equal(slot_stop(&slot, 0), 0);
  slot_free(&slot);
}

static void orders_are_answered_in_their_order(void **unused) {
  (void)unused;
  Slot slot = {.pid = 0};
  start(&slot);
  for (uint32_t i = 0; i < SLOT_ORDERS - 1; i++) slot_give(&slot, i % ABORT);
  slot_give(&slot, SAY_FOLDER);
  for (uint32_t i = 0; i < SLOT_ORDERS - 1; i++) assert_heard(&slot, "");
  assert_heard(&slot, "/");
  assert_int_equal(slot.norders, 0);
  assert_int_equal(slot_stop(&slot, 0), 0);
  assert_int_equal(slot_stop(&slot, 0), 0);
  slot_free(&slot);
}

static void what_a_worker_prints_is_in_no_report(void **unused) {
  (void)unused;
  Slot slot = {.pid = 0};
  start(&slot);
  slot_give(&slot, SAY_OUTPUT);
  assert_heard(&slot, "/dev/null");
  slot_stop(&slot, 0);
  slot_free(&slot);
}

static void one_for_processes_knows_that_it_is(void **unused) {
  (void)unused;
  Slot slot = {.process_only = true};
  start(&slot);
  slot_give(&slot, 1);
  assert_heard(&slot, "process");
  slot_stop(&slot, 0);
  slot_free(&slot);
}

static void however_it_ends_it_can_be_replaced(void **unused) {
  (void)unused;
  assert_ends(ABORT, 0, "signal ABRT");
  assert_ends(LEAVE, 0, "exit status 3");
  assert_ends(HANG, SIGKILL, "signal KILL");
}

static void a_worker_that_does_not_move_on_is_stuck(void **unused) {
  (void)unused;
  Slot slot = {.pid = 0};
  start(&slot);
  usleep(20000);
  assert_false(slot_is_stuck(&slot, 0.01));          /* it has nothing to do */
  slot_give(&slot, HANG);
  slot_exchange(&slot, POLLOUT);
  assert_false(slot_is_stuck(&slot, 0.01));
  usleep(20000);
  assert_true(slot_is_stuck(&slot, 0.01));
  slot.board->done++;
  assert_false(slot_is_stuck(&slot, 0.01));
  slot_stop(&slot, SIGKILL);
  slot_free(&slot);
}

int main(int argc, char **words) {
  const char *task = getenv(WORKER_VARIABLE);
  if (task) return work(task);
  for (int i = 0; i < argc; i++) strings_add(&argv, words[i]);
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(orders_are_answered_in_their_order),
    cmocka_unit_test(what_a_worker_prints_is_in_no_report),
    cmocka_unit_test(one_for_processes_knows_that_it_is),
    cmocka_unit_test(however_it_ends_it_can_be_replaced),
    cmocka_unit_test(a_worker_that_does_not_move_on_is_stuck),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  strings_free(&argv);
  return failed;
}
