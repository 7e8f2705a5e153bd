/* test_worker.c -- a worker runs what it is ordered, tells what it found, ends with its driver. */
#include "run/worker.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "project.h"

#define CONFIG(more)                                                                             \
  "return { input = {'some.cases'}, ref = {engine = 'exec', cmd = 'lua5.1'},\n"                  \
  "  cand = {engine = 'exec', cmd = 'lua5.1', mode = 'asan'}, channels = {'stdout'}" more " }"

/* A worker of the plan in a process of its own. */
typedef struct Run {
  Project project;
  pid_t pid;
  int socket;
  WireBoard *board;
} Run;

static void start(Run *r, const char *config, const Diag *refusal) {
  int pair[2];
  open_project(&r->project, config);
  int flags = MAP_SHARED | MAP_ANONYMOUS;
  void *page = mmap(NULL, sizeof *r->board, PROT_READ | PROT_WRITE, flags, -1, 0);
  assert_ptr_not_equal(page, MAP_FAILED);
  assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  r->board = page;
  r->socket = pair[0];
  r->pid = fork();
  if (r->pid == 0) {
    close(pair[0]);
    fcntl(pair[1], F_SETFL, O_NONBLOCK);
    WorkerTask task = {.socket = pair[1], .board = page};
    _exit(refusal ? worker_refuse(&task, refusal) : worker_serve(&task, &r->project.plan, 1));
  }
  close(pair[1]);
}

static void order(Run *r, uint32_t index) {
  Bytes out = {0};
  wire_append_order(&out, index);
  while (out.len) assert_true(wire_send(r->socket, &out));
  bytes_free(&out);
}

/* "INDEX VERDICT why", "trouble: ..." */
static void assert_answer(Run *r, const char *expected) {
  Bytes in = {0}, text = {0};
  Verdict v = {0};
  Diag why = {0};
  uint32_t index;
  WireKind kind;
  while ((kind = wire_take(&in, &index, &v, &why)) == WIRE_NOTHING) {
    struct pollfd p = {r->socket, POLLIN, 0};
    assert_int_equal(poll(&p, 1, 20000), 1);
    assert_true(wire_receive(r->socket, &in));
  }
  if (kind == WIRE_TROUBLE) bytes_printf(&text, "trouble: %s", why.text);
  else bytes_printf(&text, "%u %s %s", index, verdict_word(v.kind), bytes_text(&v.why));
  assert_string_equal(text.data, expected);
  bytes_free(&in);
  bytes_free(&text);
  verdict_free(&v);
}

static void end(Run *r, int expected) {
  int status;
  close(r->socket);
  assert_int_equal(waitpid(r->pid, &status, 0), r->pid);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), expected);
  munmap(r->board, sizeof *r->board);
  close_project(&r->project);
}

static void orders_are_run_in_any_order(void **unused) {
  (void)unused;
  Run r;
  put("some.cases", "=== the-first\nprint(1)\n=== the-second\n--@ modes: !asan\nprint(2)\n"
                    "=== the-third\n--@ modes: asan, release\nprint(os.getenv 'X')\n");
  start(&r, CONFIG(", modes = { m = { cand = { env = { X = 'y' } } } }"), NULL);
  order(&r, 2);
  assert_answer(&r, "2 stdout stdout");
  order(&r, 0);
  assert_answer(&r, "0 same ");
  order(&r, 1);
  assert_answer(&r, "1 skip not for a build of kind asan");
  assert_int_equal(r.board->done, 3);
  end(&r, 0);
}

static void trouble_ends_it_with_its_reason(void **unused) {
  (void)unused;
  Run r;
  Diag why = {.status = EXIT_USAGE, .text = "no plan"};
  put("some.cases", "=== the-first\nprint(1)\n");
  put("not-lua", "#!/bin/sh\nexit 1\n");
  assert_int_equal(system("chmod +x not-lua"), 0);
  start(&r, CONFIG(", modes = { m = { cand = { cmd = './not-lua' } } }"), NULL);
  order(&r, 0);
  char *text = mem_format("trouble: some.cases#the-first: candidate: %s/not-lua -v -e '' ends with "
                          "status 1 and says nothing: not a Lua", folder);
  assert_answer(&r, text);
  free(text);
  end(&r, EXIT_INFRA);
  start(&r, CONFIG(""), &why);
  assert_answer(&r, "trouble: no plan");
  end(&r, EXIT_INFRA);
}

static void the_environment_says_whether_it_is_one(void **unused) {
  (void)unused;
  WorkerTask task;
  unsetenv(WORKER_VARIABLE);
  assert_false(worker_is_called(&task));
  static const char *const wrong[] = {"", "x", "1:2", "1000:1001:1002", "1000:1001:1002:process"};
  for (size_t i = 0; i < ROWS(wrong); i++) {
    setenv(WORKER_VARIABLE, wrong[i], 1);
    assert_true(worker_is_called(&task));
    assert_null(task.board);
    assert_null(getenv(WORKER_VARIABLE));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(orders_are_run_in_any_order),
    cmocka_unit_test(trouble_ends_it_with_its_reason),
    cmocka_unit_test(the_environment_says_whether_it_is_one),
  };
  return cmocka_run_group_tests(tests, enter_folder, remove_folder);
}
