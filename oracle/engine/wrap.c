/* wrap.c -- why this file exists: modes change how a case is run, and programs only know scripts. */
#include "engine/wrap.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"

bool wrap_has_prelude(const Conditions *c) {
  return c->transform == TRANSFORM_HOOKS || c->npreloads > 0;
}

bool wrap_has_script(const Conditions *c) {
  return c->transform == TRANSFORM_COROUTINE || c->invoke != NULL;
}

void wrap_append_literal(Bytes *to, const char *text) {
  bytes_putc(to, '"');
  for (; *text; text++) {
    unsigned char c = (unsigned char)*text;
    if (isprint(c) && c != '"' && c != '\\') bytes_putc(to, (char)c);
    else bytes_printf(to, "\\%03u", c);
  }
  bytes_putc(to, '"');
}

void wrap_append_prelude(Bytes *to, const Conditions *c) {
  if (c->transform == TRANSFORM_HOOKS) {
    bytes_puts(to, "debug.sethook(function() end, \"l\", 100)\n");
  }
  for (size_t i = 0; i < c->npreloads; i++) {
    char *file = path_absolute(c->preloads[i].file);
    bytes_puts(to, "do local load, assert = loadfile, assert\npackage.preload[");
    wrap_append_literal(to, c->preloads[i].name);
    bytes_puts(to, "] = function(...) return assert(load(");
    wrap_append_literal(to, file);
    bytes_puts(to, "))(...) end end\n");
    free(file);
  }
}

static const char load_chunk[] =
  "local file = assert(io.open(CHUNK, \"rb\"))\n"
  "local source = file:read(\"*a\"):gsub(\"^#[^\\n]*\", \"\", 1)\n"
  "file:close()\n"
  "local chunk, problem = (loadstring or load)(source, NAME)\n"
  "if not chunk then error(problem, 0) end\n";

static const char run_in_coroutine[] =
  "local resume, status, error = coroutine.resume, coroutine.status, error\n"
  "local thread = coroutine.create(chunk)\n"
  "local function go(good, ...)\n"
  "  if not good then error((...), 0) end\n"
  "  if status(thread) ~= \"dead\" then return go(resume(thread)) end\n"
  "end\n"
  "go(resume(thread, ...))\n";

void wrap_append_script(Bytes *to, const Conditions *c, const char *script, const char *chunk) {
  bytes_puts(to, "local CHUNK, NAME, globals = ");
  wrap_append_literal(to, chunk);
  bytes_puts(to, ", \"@\" .. ");
  wrap_append_literal(to, script);
  bytes_puts(to, ", _G\n");
  bytes_puts(to, load_chunk);
  if (c->transform == TRANSFORM_COROUTINE) bytes_puts(to, run_in_coroutine);
  else bytes_puts(to, "chunk(...)\n");
  if (c->invoke == NULL) return;
  bytes_puts(to, "globals[");
  wrap_append_literal(to, c->invoke);
  bytes_puts(to, "]()\n");
}

const char *wrap_refuses(const Case *item, const Conditions *c) {
  bool wants_script = wrap_has_script(c) || c->transform == TRANSFORM_DUMP;
  if (wants_script && (item->has_cli || !item->has_chunk)) {
    return "has a command line of its own, which cannot be transformed";
  }
  for (size_t i = 0; wrap_has_prelude(c) && i < item->env.n; i++) {
    if (strncmp(item->env.at[i], "LUA_INIT", 8) == 0) return "sets LUA_INIT, which this mode needs";
  }
  return "";
}
