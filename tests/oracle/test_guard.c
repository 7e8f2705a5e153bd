/* test_guard.c -- crashes, hangs and early ends come back as what they are, any number of times. */
#include "engine/guard.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "support/harness.h"

static Guard *guard;

/* In each test: cmocka puts its own handlers in place before it calls one. */
static void open_guard(void) {
  Diag why = {0};
  guard = guard_open((size_t)1 << 20, &why);
  if (guard == NULL) fail_msg("%s", diag_text(&why));
}

static GuardOutcome run(void (*f)(void *), void *arg) {
  return guard_run(guard, f, arg, 0, NULL);
}

static void set_flag(void *flag) {
  *(bool *)flag = guard_is_running();
}

static void a_function_runs_and_returns(void **unused) {
  (void)unused;
  open_guard();
  bool flag = false;
  assert_false(guard_is_running());
  assert_int_equal(run(set_flag, &flag).how, LEFT_BY_RETURN);
  assert_true(flag);
  assert_false(guard_is_running());
  guard_close(guard);
}

static void note_stack(void *address) {
  int here;
  *(uintptr_t *)address = (uintptr_t)&here;
}

static void it_runs_on_a_stack_of_its_own(void **unused) {
  (void)unused;
  open_guard();
  uintptr_t there = 0;
  int here;
  run(note_stack, &there);
  uintptr_t mine = (uintptr_t)&here;
  assert_true((there > mine ? there - mine : mine - there) > (size_t)1 << 20);
  guard_close(guard);
}

static void leave(void *code) {
  guard_leave(LEFT_BY_EXIT, *(int *)code);
}

static void leaving_gives_a_reason_and_a_code(void **unused) {
  (void)unused;
  open_guard();
  int code = 77;
  GuardOutcome o = run(leave, &code);
  assert_int_equal(o.how, LEFT_BY_EXIT);
  assert_int_equal(o.code, 77);
  guard_close(guard);
}

static void send_signal(void *number) {
  raise(*(int *)number);
}

static void write_to_nowhere(void *unused) {
  (void)unused;
  *(volatile int *)16 = 1;
}

static void each_signal_is_told_apart(void **unused) {
  (void)unused;
  open_guard();
  int numbers[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
  for (size_t i = 0; i < ROWS(numbers); i++) {
    GuardOutcome o = run(send_signal, &numbers[i]);
    assert_int_equal(o.how, LEFT_BY_SIGNAL);
    assert_int_equal(o.code, numbers[i]);
    assert_true(o.in_doubt);               /* it came while libc ran */
  }
  guard_close(guard);
}

static void only_trusted_code_leaves_no_doubt(void **unused) {
  (void)unused;
  Diag why = {0};
  Guard *g = guard_open((size_t)1 << 20, &why);
  assert_true(guard_run(g, write_to_nowhere, NULL, 0, NULL).in_doubt);
  guard_trust(g, (uintptr_t)write_to_nowhere, (uintptr_t)write_to_nowhere + 64);
  GuardOutcome o = guard_run(g, write_to_nowhere, NULL, 0, NULL);
  assert_int_equal(o.code, SIGSEGV);
  assert_false(o.in_doubt);
  assert_true(o.pc >= (uintptr_t)write_to_nowhere && o.pc < (uintptr_t)write_to_nowhere + 64);
  guard_close(g);
}

#if defined(__clang__)
#pragma clang diagnostic ignored "-Winfinite-recursion"
#else
#pragma GCC diagnostic ignored "-Winfinite-recursion"
#endif
static int recurse(volatile int *p) {
  volatile int here[64];
  here[0] = *p + 1;
  return recurse(here) + here[0];
}

static void recurse_for_ever(void *unused) {
  (void)unused;
  volatile int zero = 0;
  recurse(&zero);
}

static void an_endless_recursion_is_a_signal(void **unused) {
  (void)unused;
  open_guard();
  for (int i = 0; i < 3; i++) {
    GuardOutcome o = run(recurse_for_ever, NULL);
    assert_int_equal(o.how, LEFT_BY_SIGNAL);
    assert_int_equal(o.code, SIGSEGV);
  }
  guard_close(guard);
}

static volatile bool stop;

static void loop_until_stop(void *unused) {
  (void)unused;
  while (!stop) continue;
  guard_leave(LEFT_BY_CLOCK, 1);
}

static void loop_for_ever(void *unused) {
  (void)unused;
  for (;;) __asm__ volatile("");
}

static void set_stop(void *unused) {
  (void)unused;
  stop = true;
}

static void who_hangs_is_asked_first_and_then_left(void **unused) {
  (void)unused;
  open_guard();
  stop = false;
  GuardOutcome o = guard_run(guard, loop_until_stop, NULL, 0.03, set_stop);
  assert_int_equal(o.how, LEFT_BY_CLOCK);
  assert_int_equal(o.code, 1);
  assert_false(o.in_doubt);
  stop = false;
  o = guard_run(guard, loop_for_ever, NULL, 0.03, set_stop);
  assert_int_equal(o.how, LEFT_BY_CLOCK);
  assert_int_equal(o.code, 0);
  assert_true(stop);
  assert_true(o.in_doubt);
  guard_close(guard);
}

static void ten_thousand_crashes_are_survived(void **unused) {
  (void)unused;
  open_guard();
  for (int i = 0; i < 10000; i++) {
    assert_int_equal(run(write_to_nowhere, NULL).code, SIGSEGV);
  }
  bool flag = false;
  assert_int_equal(run(set_flag, &flag).how, LEFT_BY_RETURN);
  assert_true(flag);
  guard_close(guard);
}

static void the_clock_stops_when_nothing_runs(void **unused) {
  (void)unused;
  open_guard();
  bool flag;
  guard_run(guard, set_flag, &flag, 10, NULL);
  for (int i = 0; i < 12; i++) usleep(10000);    /* the clock's own signals end some early */
  for (int i = 0; i < 5; i++) assert_int_equal(usleep(20000), 0);
  guard_close(guard);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_function_runs_and_returns),
    cmocka_unit_test(it_runs_on_a_stack_of_its_own),
    cmocka_unit_test(leaving_gives_a_reason_and_a_code),
    cmocka_unit_test(each_signal_is_told_apart),
    cmocka_unit_test(only_trusted_code_leaves_no_doubt),
    cmocka_unit_test(an_endless_recursion_is_a_signal),
    cmocka_unit_test(who_hangs_is_asked_first_and_then_left),
    cmocka_unit_test(ten_thousand_crashes_are_survived),
    cmocka_unit_test(the_clock_stops_when_nothing_runs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
