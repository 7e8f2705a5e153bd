/* compile.c -- the compiler's one entry: what a compilation owns, and that it is given back. */
#include "compiler/compile.h"

#include "compiler/parser.h"
#include "heap/throw.h"
#include "object/str.h"

typedef struct Job {
  Compiler c;
  Source *source;
  const char *name;
} Job;

static void compile_job(lua_State *L, void *ud) {
  Job *job = ud;
  Compiler *c = &job->c;
  c->max_level = L->ncalls + G(L)->limits.depth;
  if (c->max_level > LUAI_MAXCCALLS) c->max_level = LUAI_MAXCCALLS;
  c->source = str_from_c(L, job->name);
  c->roots = (Roots){.outer = L->roots, .object = {NULL, OBJ(c->source)}};
  L->roots = &c->roots;
  lexer_init(&c->lx, L, job->source, job->name);
  parse_chunk(c);
}

/* Buffers and function states are plain memory, so a throw has to stop here on its way out. */
Proto *compile_chunk(lua_State *L, Source *src, const char *name) {
  Job job = {.c = {.lx = {.L = L}, .fs = NULL}, .source = src, .name = name};
  int status = throw_run(L, compile_job, &job);
  scope_discard(&job.c);
  if (status != 0) throw_status(L, status);
  return (Proto *)job.c.roots.object[0];
}
