/* test_launch.c -- a process that is laid down in a file has the world that the exec engine gives. */
#include "engine/launch.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/place.h"
#include "folder.h"
#include "seen.h"

static char kind[] = "exec", none[] = "", reference[] = "lua5.1", variable[] = "COLOR=deep blue";
static const EngineSpec spec = {.kind = kind, .path = reference, .luac = none, .version = none,
                                .build = none, .mode = none, .slowness = 1, .shared = none};

/* What a child prints that becomes the words[0] of the file; how it ends. */
static int become(const char *file, char **words, size_t n, Bytes *out) {
  int pipe_ends[2], status = 0;
  char buffer[4096];
  assert_int_equal(pipe(pipe_ends), 0);
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    Diag why = {0};
    dup2(pipe_ends[1], 1);
    bool became = launch_become(file, words, n, &why);
    dprintf(1, "%s: %s", became ? "became" : "did not", diag_text(&why));
    _exit((int)why.status);
  }
  close(pipe_ends[1]);
  for (ssize_t got; (got = read(pipe_ends[0], buffer, sizeof buffer)) > 0;) {
    bytes_append(out, buffer, (size_t)got);
  }
  close(pipe_ends[0]);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  return WEXITSTATUS(status);
}

static void the_world_is_that_of_the_case(void **unused) {
  (void)unused;
  Diag why = {0};
  Conditions c = {.seconds = 20, .memory = 1u << 30, .file_size = 1u << 20};
  Case item = plain_case();
  RunRequest request = {&item, &c, 0};
  Launch launch = {.process = {.file = NULL}};
  Bytes out = {0};
  char *file = path_join(folder, "launch"), script[] = "case.lua", word[] = "a b";
  char program[] = "/usr/bin/lua5.1", *words[] = {program, script, word};
  set_chunk(&item, "local p = io.popen('ulimit -v; ulimit -f') "
                   "io.write(arg[-1], '|', ..., '|', os.getenv('COLOR'), '|', "
                   "tostring(os.getenv('USER')), '|', p:read('*a'))");
  strings_add(&item.env, variable);
  assert_true(place_keep(folder, &why));
  Engine *e = engine_open(&spec, true, &why);
  assert_non_null(e);
  assert_true(launch_prepare(e, &request, &launch, &why));
  assert_string_equal(launch.argv.at[0], "lua");
  assert_string_equal(launch.argv.at[1], "case.lua");
  assert_null(launch.process.argv[2]);
  assert_true(launch_write(&launch, file, &why));
  launch_free(&launch);
  engine_close(e);                       /* what was laid down stays */
  assert_int_equal(become(file, words, 3, &out), 0);
  char *expected = mem_format("lua|a b|deep blue|nil|%u\n%u\n", 1u << 20, 1u << 11);
  assert_string_equal(bytes_text(&out), expected);
  free(expected);
  free(file);
  bytes_free(&out);
  bytes_free(&item.chunk);
  strings_free(&item.env);
}

static void what_is_no_such_file_is_refused(void **unused) {
  (void)unused;
  Diag why = {0};
  Bytes out = {0};
  char *file = path_join(folder, "other"), program[] = "/bin/true", *words[] = {program};
  assert_true(path_write(file, "x", 1, &why));
  assert_int_equal(become(file, words, 1, &out), EXIT_USAGE);
  assert_non_null(strstr(out.data, "other: not a file of oracle gdb"));
  bytes_clear(&out);
  assert_true(path_write(file, "0\0000\0/no/folder\0", 16, &why));
  assert_int_equal(become(file, words, 1, &out), EXIT_INFRA);
  assert_non_null(strstr(out.data, "/no/folder: No such file"));
  bytes_clear(&out);
  char absent[] = "/no/program", *missing[] = {absent};
  assert_true(path_write(file, "0\0000\0/\0", 6, &why));
  assert_int_equal(become(file, missing, 1, &out), EXIT_INFRA);
  assert_non_null(strstr(out.data, "/no/program: No such file"));
  bytes_free(&out);
  free(file);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_world_is_that_of_the_case),
    cmocka_unit_test(what_is_no_such_file_is_refused),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
