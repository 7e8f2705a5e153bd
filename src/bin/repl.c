/* repl.c -- see repl.h: prompts, line reading, and unfinished against wrong statements.
 *
 * REPL_EDITOR chooses the line editor at compile time: 0 none, 1 readline, 2 libedit. */
#include "repl.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lauxlib.h"
#include "runner.h"

#if REPL_EDITOR == 1
#include <readline/history.h>
#include <readline/readline.h>
#elif REPL_EDITOR == 2
#include <editline/readline.h>
#endif

/* Pushes the next line of stdin without its newline, or returns false at the end.  Reads bytes
 * and not with fgets, since a line may be of any length and may contain zeros. */
static bool read_plain_line(lua_State *L, const char *prompt) {
  fputs(prompt, stdout);
  fflush(stdout);
  int c = getc(stdin);
  if (c == EOF) return false;
  luaL_Buffer line;
  luaL_buffinit(L, &line);
  for (; c != EOF && c != '\n'; c = getc(stdin)) luaL_addchar(&line, (char)c);
  luaL_pushresult(&line);
  return true;
}

#if REPL_EDITOR
static bool read_line(lua_State *L, const char *prompt) {
  if (!isatty(STDIN_FILENO)) return read_plain_line(L, prompt);
  char *line = readline(prompt);
  if (line == NULL) return false;
  lua_pushstring(L, line);
  free(line);
  return true;
}

static void remember(const char *statement) {
  if (statement[0] != '\0' && isatty(STDIN_FILENO)) add_history(statement);
}
#else
static bool read_line(lua_State *L, const char *prompt) { return read_plain_line(L, prompt); }

static void remember(const char *statement) { (void)statement; }
#endif

/* Asks with the prompt that the global `name` holds, else with `otherwise`. */
static bool ask_line(lua_State *L, const char *name, const char *otherwise) {
  lua_getglobal(L, name);
  const char *prompt = lua_tostring(L, -1);
  bool got = read_line(L, prompt != NULL ? prompt : otherwise);
  lua_remove(L, got ? -2 : -1);
  return got;
}

/* Pushes the first line of a statement; "=e" means "return e". */
static bool ask_first_line(lua_State *L) {
  if (!ask_line(L, "_PROMPT", "> ")) return false;
  const char *line = lua_tostring(L, -1);
  if (line[0] == '=') {
    lua_pushfstring(L, "return %s", line + 1);
    lua_remove(L, -2);
  }
  return true;
}

/* Does the message of a syntax error say that the text ended too early? */
static bool is_unfinished(lua_State *L, int status) {
  static const char mark[] = LUA_QL("<eof>");
  const size_t size_mark = sizeof mark - 1;
  if (status != LUA_ERRSYNTAX) return false;
  size_t len;
  const char *message = lua_tolstring(L, -1, &len);
  return len >= size_mark && memcmp(message + len - size_mark, mark, size_mark) == 0;
}

/* Reads lines until they make a statement, or one that no further line can mend, and pushes the
 * function or the error message; `*status` is luaL_loadbuffer's.  False at the end of the input:
 * what was unfinished then is dropped without a word. */
static bool load_statement(lua_State *L, int *status) {
  lua_settop(L, 0);
  if (!ask_first_line(L)) return false;
  for (;;) {
    size_t len;
    const char *source = lua_tolstring(L, 1, &len);
    *status = luaL_loadbuffer(L, source, len, "=stdin");
    if (!is_unfinished(L, *status)) break;
    lua_pop(L, 1);
    if (!ask_line(L, "_PROMPT2", ">> ")) return false;
    lua_pushliteral(L, "\n");
    lua_insert(L, -2);
    lua_concat(L, 3);
  }
  remember(lua_tostring(L, 1));
  lua_remove(L, 1);
  return true;
}

/* Hands everything on the stack to the global `print`, whatever that is now. */
static void print_results(lua_State *L) {
  lua_getglobal(L, "print");
  lua_insert(L, 1);
  if (lua_pcall(L, lua_gettop(L) - 1, 0, 0) == 0) return;
  const char *message = lua_tostring(L, -1);
  runner_say(lua_pushfstring(L, "error calling " LUA_QL("print") " (%s)",
                             message != NULL ? message : "(null)"));
}

void repl_run(lua_State *L) {
  const char *name = runner_name();
  runner_set_name(NULL);
  int status;
  while (load_statement(L, &status)) {
    if (status == 0) status = runner_call(L, 0, LUA_MULTRET);
    runner_report(L, status);
    if (status == 0 && lua_gettop(L) > 0) print_results(L);
  }
  lua_settop(L, 0);
  fputs("\n", stdout);
  fflush(stdout);
  runner_set_name(name);
}
