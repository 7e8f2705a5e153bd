/* lua.c -- the standalone interpreter: the command line, LUA_INIT, scripts and their arguments
 * (manual chapter 6).  What runs the chunks is in runner.c, the interactive loop in repl.c.
 *
 * It knows the public API only, so it can be linked with any library for Lua 5.1. */
#include "lua.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host.h"
#include "lauxlib.h"
#include "repl.h"
#include "runner.h"

/* What the options ask for. */
typedef struct Options {
  bool interactive; /* -i */
  bool version;     /* -v, or -i */
  bool executes;    /* some -e */
  int script;       /* argv's index of the script, 0 if there is none */
} Options;

/* The command line on its way through lua_cpcall, and the answer on its way back. */
typedef struct Invocation {
  int argc;
  char **argv;
  int status;
} Invocation;

static void print_usage(void) {
  fprintf(stderr,
          "usage: %s [options] [script [args]].\n"
          "Available options are:\n"
          "  -e stat  execute string " LUA_QL("stat") "\n"
          "  -l name  require library " LUA_QL("name") "\n"
          "  -i       enter interactive mode after executing " LUA_QL("script") "\n"
          "  -v       show version information\n"
          "  --       stop handling options\n"
          "  -        execute stdin and stop handling options\n",
          runner_name());
  fflush(stderr);
}

static void print_version(void) {
  fprintf(stderr, "%s  %s\n", LUA_RELEASE, LUA_COPYRIGHT);
  fflush(stderr);
}

/* Sorts out what is what, without doing any of it.  False if an option is unknown, has letters it
 * should not have, or lacks its argument. */
static bool parse_options(char **argv, Options *options) {
  *options = (Options){0};
  for (int i = 1; argv[i] != NULL; i++) {
    const char *arg = argv[i];
    if (arg[0] != '-' || arg[1] == '\0') { /* a script, or "-" for stdin */
      options->script = i;
      return true;
    }
    char letter = arg[1];
    if (letter == 'e' || letter == 'l') {
      /* The operand is the rest of the word, or the next one. */
      if (arg[2] == '\0' && argv[++i] == NULL) return false;
      options->executes |= letter == 'e';
      continue;
    }
    if (arg[2] != '\0') return false;
    if (letter == '-') {
      options->script = argv[i + 1] != NULL ? i + 1 : 0;
      return true;
    }
    if (letter != 'i' && letter != 'v') return false;
    options->interactive |= letter == 'i';
    options->version = true;
  }
  return true;
}

/* Runs the chunk that a luaL_load… function has just left on the stack, or reports the failure. */
static int run_loaded(lua_State *L, int load_status) {
  int status = load_status != 0 ? load_status : runner_call(L, 0, 0);
  return runner_report(L, status);
}

static int run_file(lua_State *L, const char *name) {
  return run_loaded(L, luaL_loadfile(L, name));
}

static int run_string(lua_State *L, const char *source, const char *chunkname) {
  return run_loaded(L, luaL_loadbuffer(L, source, strlen(source), chunkname));
}

static int run_require(lua_State *L, const char *module) {
  lua_getglobal(L, "require");
  lua_pushstring(L, module);
  return runner_report(L, runner_call(L, 1, 1));
}

/* LUA_INIT holds a chunk, or "@" and the name of a file. */
static int run_init(lua_State *L) {
  const char *init = getenv(LUA_INIT);
  if (init == NULL) return 0;
  if (init[0] == '@') return run_file(L, init + 1);
  return run_string(L, init, "=" LUA_INIT);
}

/* Does what the -e and -l among argv[1] … argv[end - 1] say, in order, until one fails. */
static int run_options(lua_State *L, char **argv, int end) {
  for (int i = 1; i < end; i++) {
    char letter = argv[i][1];
    if (letter != 'e' && letter != 'l') continue;
    const char *operand = argv[i][2] != '\0' ? argv[i] + 2 : argv[++i];
    int status =
        letter == 'e' ? run_string(L, operand, "=(command line)") : run_require(L, operand);
    if (status != 0) return status;
  }
  return 0;
}

/* Pushes the script's arguments and sets the global `arg`: the script is arg[0], what stands
 * before it has negative indices.  Returns how many arguments it pushed. */
static int push_arguments(lua_State *L, const Invocation *inv, int script) {
  int count = inv->argc - (script + 1);
  luaL_checkstack(L, count + 3, "too many arguments to script");
  for (int i = script + 1; i < inv->argc; i++) lua_pushstring(L, inv->argv[i]);
  lua_createtable(L, count, script + 1);
  for (int i = 0; i < inv->argc; i++) {
    lua_pushstring(L, inv->argv[i]);
    lua_rawseti(L, -2, i - script);
  }
  lua_setglobal(L, "arg");
  return count;
}

static int run_script(lua_State *L, const Invocation *inv, int script) {
  int nargs = push_arguments(L, inv, script);
  const char *name = inv->argv[script];
  /* "-" is stdin, but after "--" it is a file of that name. */
  if (strcmp(name, "-") == 0 && strcmp(inv->argv[script - 1], "--") != 0) name = NULL;
  int status = luaL_loadfile(L, name);
  lua_insert(L, -(nargs + 1));
  if (status == 0) {
    status = runner_call(L, nargs, LUA_MULTRET);
  } else {
    lua_pop(L, nargs);
  }
  return runner_report(L, status);
}

/* Everything that may raise an error, under lua_cpcall.  The argument is an Invocation. */
static int protected_main(lua_State *L) {
  Invocation *inv = lua_touserdata(L, 1);
  if (inv->argv[0] != NULL && inv->argv[0][0] != '\0') runner_set_name(inv->argv[0]);
  lua_gc(L, LUA_GCSTOP, 0); /* opening the libraries makes no garbage */
  host_open_libs(L);
  lua_gc(L, LUA_GCRESTART, 0);
  if ((inv->status = run_init(L)) != 0) return 0;
  Options options;
  if (!parse_options(inv->argv, &options)) {
    print_usage();
    inv->status = LUA_ERRRUN;
    return 0;
  }
  if (options.version) print_version();
  inv->status = run_options(L, inv->argv, options.script > 0 ? options.script : inv->argc);
  if (inv->status != 0) return 0;
  if (options.script > 0) inv->status = run_script(L, inv, options.script);
  if (inv->status != 0) return 0;
  if (options.interactive) {
    repl_run(L);
  } else if (options.script == 0 && !options.executes && !options.version) {
    if (isatty(STDIN_FILENO)) {
      print_version();
      repl_run(L);
    } else {
      run_file(L, NULL); /* a program from a pipe: its failure is no failure of ours, as in 5.1 */
    }
  }
  return 0;
}

int main(int argc, char **argv) {
  lua_State *L = host_open();
  if (L == NULL) {
    runner_set_name(argv[0]);
    runner_say("cannot create state: not enough memory");
    return EXIT_FAILURE;
  }
  Invocation inv = {.argc = argc, .argv = argv};
  int status = lua_cpcall(L, protected_main, &inv);
  runner_report(L, status);
  host_close(L);
  return status != 0 || inv.status != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
