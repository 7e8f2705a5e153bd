/* test_proc.c -- a program is run under its limits, seen whole, and gone afterwards. */
#include "base/proc.h"

#include <signal.h>
#include <stdio.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "seen.h"

static char path[] = "PATH=/usr/bin:/bin", x[] = "X=1";
static char *const environment[] = {path, x, NULL};

static ProcResult run_request(ProcRequest r, const char *script) {
  char shell[] = "sh", option[] = "-c";
  char *argv[] = {shell, option, mem_string(script), NULL};
  ProcResult result = {0};
  Diag why = {0};
  r.file = "/bin/sh";
  r.argv = argv;
  r.env = environment;
  if (!proc_run(&r, &result, &why)) fail_msg("%s", diag_text(&why));
  free(argv[2]);
  return result;
}

static ProcResult run(const char *script) {
  return run_request((ProcRequest){.seconds = 10}, script);
}

static void streams_and_status_are_captured(void **unused) {
  (void)unused;
  for (int round = 0; round < 2; round++) {            /* nothing of one run is left in the next */
    ProcResult r = run("printf 'a\\0b'; echo e >&2; exit 7");
    assert_int_equal(r.status, 7);
    assert_int_equal(r.signal, 0);
    assert_int_equal(r.stop, PROC_NOT_STOPPED);
    assert_int_equal(r.out.len, 3);
    assert_memory_equal(r.out.data, "a\0b", 3);
    assert_bytes(&r.err, "e\n");
    assert_true(r.cpu_ns > 0 && r.peak_bytes > 100000);
    proc_result_free(&r);
  }
}

static void input_is_what_was_given_or_nothing(void **unused) {
  (void)unused;
  ProcResult r = run_request((ProcRequest){.input = "x\0y", .ninput = 3}, "cat");
  assert_int_equal(r.out.len, 3);
  proc_result_free(&r);
  r = run("cat; echo end");
  assert_bytes(&r.out, "end\n");
  proc_result_free(&r);
}

static void the_environment_is_closed(void **unused) {
  (void)unused;
  setenv("LEAK", "1", 1);
  ProcResult r = run_request((ProcRequest){.folder = "/usr"},
      "/usr/bin/env -u PWD -u _ -u SHLVL -u OLDPWD | sort; pwd; ls /proc/self/fd | wc -l");
  assert_bytes(&r.out, "PATH=/usr/bin:/bin\nX=1\n/usr\n4\n");
  proc_result_free(&r);
}

static void a_signal_is_told(void **unused) {
  (void)unused;
  ProcResult r = run("kill -SEGV $$");
  assert_int_equal(r.status, -1);
  assert_int_equal(r.signal, SIGSEGV);
  proc_result_free(&r);
}

static double clock_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void a_hang_is_ended_politely_then_not(void **unused) {
  (void)unused;
  double before = clock_now();
  ProcResult r = run_request((ProcRequest){.seconds = 0.1}, "echo started; sleep 100");
  assert_int_equal(r.stop, PROC_TIME);
  assert_int_equal(r.signal, SIGTERM);
  assert_bytes(&r.out, "started\n");
  proc_result_free(&r);
  r = run_request((ProcRequest){.seconds = 0.1}, "trap '' TERM; while :; do :; done");
  assert_int_equal(r.stop, PROC_TIME);
  assert_int_equal(r.signal, SIGKILL);
  proc_result_free(&r);
  assert_true(clock_now() - before < 5);
}

/* Runs a script with SLEEP for a command line that only this run of the test has. */
static ProcResult run_sleeper(ProcRequest request, const char *script) {
  char *whole = mem_format("SLEEP='sleep 1%08d'; %s", (int)getpid(), script);
  ProcResult r = run_request(request, whole);
  free(whole);
  return r;
}

static bool nobody_sleeps(void) {
  char *command = mem_format("! pgrep -f '^[s]leep 1%08d' >/dev/null", (int)getpid());
  int status = system(command);
  free(command);
  return status == 0;
}

static void nothing_is_left_behind(void **unused) {
  (void)unused;
  ProcRequest request = {.seconds = 10};
  ProcResult r = run_sleeper(request, "$SLEEP & $SLEEP & exit 0");
  assert_int_equal(r.status, 0);
  proc_result_free(&r);
  r = run_sleeper(request, "setsid $SLEEP & setsid setsid $SLEEP & sleep 0.1; exit 3");
  assert_int_equal(r.status, 3);
  proc_result_free(&r);
  assert_true(nobody_sleeps());
  assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);    /* no zombie of theirs either */
}

static void children_of_ours_are_left_alone(void **unused) {
  (void)unused;
  pid_t own = fork();
  if (own == 0) {
    pause();
    _exit(0);
  }
  ProcResult r = run("setsid sleep 100 & sleep 0.05");
  proc_result_free(&r);
  assert_int_equal(kill(own, 0), 0);
  kill(own, SIGKILL);
  assert_int_equal(waitpid(own, NULL, 0), own);
}

static void output_beyond_its_limit_ends_the_run(void **unused) {
  (void)unused;
  ProcResult r = run_request((ProcRequest){.output = 1000, .seconds = 10}, "yes");
  assert_int_equal(r.stop, PROC_OUTPUT);
  assert_int_equal(r.out.len, 1000);
  proc_result_free(&r);
  r = run_request((ProcRequest){.output = 10}, "echo 0123456789abc >&2");
  assert_int_equal(r.stop, PROC_OUTPUT);               /* too quick to be stopped, and told all the same */
  assert_bytes(&r.err, "0123456789");
  proc_result_free(&r);
}

static void a_file_beyond_its_limit_cannot_be_written(void **unused) {
  (void)unused;
  ProcResult r = run_request((ProcRequest){.file_size = 5000},
                             "head -c 9000 /dev/zero; echo $? >&2");
  assert_int_equal(r.out.len, 5000);
  assert_non_null(strstr(bytes_text(&r.err), "File too large"));
  assert_non_null(strstr(bytes_text(&r.err), "\n1\n"));
  proc_result_free(&r);
}

static void memory_is_limited(void **unused) {
  (void)unused;
  ProcResult r = run_request((ProcRequest){.memory = 64 << 20}, "ulimit -v; ulimit -c; ulimit -s");
  assert_bytes(&r.out, "65536\n0\n8192\n");
  proc_result_free(&r);
}

static void a_fork_bomb_is_ended(void **unused) {
  (void)unused;
  ProcResult r = run_sleeper((ProcRequest){.processes = 8, .seconds = 10},
                             "i=0; while [ $i -lt 40 ]; do $SLEEP & i=$((i+1)); done; wait");
  assert_int_equal(r.stop, PROC_PROCESSES);
  proc_result_free(&r);
  assert_true(nobody_sleeps());
}

static void addresses_are_fixed_unless_asked_for(void **unused) {
  (void)unused;
  const char *script = "grep -m1 stack /proc/self/maps | cut -d- -f2 | cut -d' ' -f1";
  ProcResult a = run(script), b = run(script);
  /* As a worker's are. */
  personality((unsigned long)personality(0xffffffff) | ADDR_NO_RANDOMIZE);
  ProcResult c = run_request((ProcRequest){.random_addresses = true}, "cat /proc/self/personality");
  assert_bytes(&a.out, bytes_text(&b.out));
  assert_true(a.out.len > 8);
  assert_bytes(&c.out, "00000000\n");
  proc_result_free(&a);
  proc_result_free(&b);
  proc_result_free(&c);
}

static void what_cannot_be_started_is_trouble_of_ours(void **unused) {
  (void)unused;
  char name[] = "x";
  char *argv[] = {name, NULL};
  ProcRequest r = {.file = "/no/such/program", .argv = argv, .env = environment};
  ProcResult result = {0};
  Diag why = {0};
  assert_false(proc_run(&r, &result, &why));
  assert_int_equal(why.status, EXIT_INFRA);
  assert_string_equal(diag_text(&why), "/no/such/program: program: No such file or directory");
  r.file = "/bin/sh";
  r.folder = "/no/such/folder";
  assert_false(proc_run(&r, &result, &why));
  assert_string_equal(diag_text(&why), "/bin/sh: working directory: No such file or directory");
  assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

/* A fork of us has streams of its own: two workers do not write over each other. */
static void forks_do_not_share_their_streams(void **unused) {
  (void)unused;
  pid_t pid = fork();
  if (pid == 0) {
    int bad = 0;
    for (int i = 0; i < 20; i++) {
      ProcResult r = run("echo child");
      bad += strcmp(bytes_text(&r.out), "child\n") != 0;
      proc_result_free(&r);
    }
    _exit(bad);
  }
  for (int i = 0; i < 20; i++) {
    ProcResult r = run("echo parent");
    assert_bytes(&r.out, "parent\n");
    proc_result_free(&r);
  }
  int status;
  waitpid(pid, &status, 0);
  assert_int_equal(status, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(streams_and_status_are_captured),
    cmocka_unit_test(input_is_what_was_given_or_nothing),
    cmocka_unit_test(the_environment_is_closed),
    cmocka_unit_test(a_signal_is_told),
    cmocka_unit_test(a_hang_is_ended_politely_then_not),
    cmocka_unit_test(nothing_is_left_behind),
    cmocka_unit_test(children_of_ours_are_left_alone),
    cmocka_unit_test(output_beyond_its_limit_ends_the_run),
    cmocka_unit_test(a_file_beyond_its_limit_cannot_be_written),
    cmocka_unit_test(memory_is_limited),
    cmocka_unit_test(a_fork_bomb_is_ended),
    cmocka_unit_test(addresses_are_fixed_unless_asked_for),
    cmocka_unit_test(what_cannot_be_started_is_trouble_of_ours),
    cmocka_unit_test(forks_do_not_share_their_streams),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
