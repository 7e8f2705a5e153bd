/* play.c -- why this file exists: a script run inside the oracle has to see what it sees under
 * `lua`. */
#include "engine/play.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/path.h"
#include "engine/guard.h"
#include "engine/values.h"

#define PROGRAM "lua"
#define FUEL_PIECE 100000                /* at most, between two looks at the fuel */
#define RESUMES_MOST 1000000             /* of a chunk that yields at its top level */

static Play *now;                        /* C functions in Lua have no other way to find it */

static void pop(lua_State *L, int n) {
  now->api->lua_settop(L, -n - 1);
}

static void get_global(lua_State *L, const char *name) {
  now->api->lua_getfield(L, LUA_GLOBALSINDEX, name);
}

/* ---- Slots ----------------------------------------------------------------------------------- */

static void *shim_newuserdata(lua_State *L, size_t size) {
  now->made_userdata = true;
  return now->lua_newuserdata(L, size);
}

static int shim_resume(lua_State *L, int nargs) {
  lua_State *resumer = now->running;
  now->running = L;
  int status = now->lua_resume(L, nargs);
  now->running = resumer;
  return status;
}

static void count_outside(void) {
  if (now) now->allocations_outside++;
}

static void *shim_malloc(size_t n) {
  count_outside();
  return malloc(n);
}

static void *shim_calloc(size_t n, size_t size) {
  count_outside();
  return calloc(n, size);
}

static void *shim_realloc(void *p, size_t n) {
  count_outside();
  return realloc(p, n);
}

static void shim_free(void *p) {
  free(p);
}

static void *shim_mmap(void *at, size_t n, int rights, int flags, int fd, off_t offset) {
  count_outside();
  return mmap(at, n, rights, flags, fd, offset);
}

/* ---- Hooks ----------------------------------------------------------------------------------- */

/* The one hook of the play: it burns fuel; under TRANSFORM_HOOKS it is there for its own sake. */
static void on_event(lua_State *L, lua_Debug *ar) {
  (void)L;
  if (ar->event != LUA_HOOKCOUNT || now->fuel == 0) return;
  uint64_t piece = now->request->conditions->transform == TRANSFORM_HOOKS ? 1 : now->piece;
  if (now->fuel <= piece) guard_leave(LEFT_BY_FUEL, 0);
  now->fuel -= piece;
}

static void on_stop(lua_State *L, lua_Debug *ar) {
  (void)L;
  (void)ar;
  guard_leave(LEFT_BY_CLOCK, 0);
}

void play_stop(Play *p) {
  const int soon = LUA_MASKCALL | LUA_MASKRET | LUA_MASKCOUNT;
  if (p->running) p->lua_sethook(p->running, on_stop, soon, 1);
}

static void set_own_hook(lua_State *L) {
  if (now->request->conditions->transform == TRANSFORM_HOOKS) {
    now->lua_sethook(L, on_event, LUA_MASKLINE | LUA_MASKCOUNT, 1);
  } else if (now->fuel > 0) {
    now->piece = now->fuel < FUEL_PIECE ? now->fuel : FUEL_PIECE;
    now->lua_sethook(L, on_event, LUA_MASKCOUNT, (int)now->piece);
  }
}

static bool has_own_hook(lua_State *L) {
  return now->lua_gethook(L) == on_event;
}

/* debug.sethook and debug.gethook never see the play's hook; while a program has one of its own the
 * fuel is not burnt, and the clock alone is left. */
static int shim_sethook(lua_State *L, lua_Hook f, int mask, int count) {
  int result = now->lua_sethook(L, f, mask, count);
  if (f == NULL || mask == 0) set_own_hook(L);
  return result;
}

static lua_Hook shim_gethook(lua_State *L) {
  return has_own_hook(L) ? NULL : now->lua_gethook(L);
}

static int shim_gethookmask(lua_State *L) {
  return has_own_hook(L) ? 0 : now->lua_gethookmask(L);
}

static int shim_gethookcount(lua_State *L) {
  return has_own_hook(L) ? 0 : now->lua_gethookcount(L);
}

/* ---- Opening --------------------------------------------------------------------------------- */

bool play_open(Play *p, const LuaApi *api, Host *host, bool arena, Diag *why) {
  *p = (Play){.api = api, .host = host, .lua_resume = api->lua_resume};
  void *unused;
  unsigned slots;
  struct { const char *name; void *shim; void **real; bool wanted; } table[] = {
#define SHIM(name) { "lua_" #name, (void *)shim_##name, (void **)&p->lua_##name, true }
    SHIM(newuserdata), SHIM(resume), SHIM(sethook), SHIM(gethook), SHIM(gethookmask),
    SHIM(gethookcount),
#undef SHIM
    {"malloc", (void *)shim_malloc, &unused, arena},
    {"calloc", (void *)shim_calloc, &unused, arena},
    {"realloc", (void *)shim_realloc, &unused, arena},
    {"free", (void *)shim_free, &unused, arena},
    {"mmap", (void *)shim_mmap, &unused, arena},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    if (!table[i].wanted) continue;
    if (!host_replace(host, table[i].name, table[i].shim, table[i].real, &slots, why)) return false;
    if (table[i].shim == (void *)shim_newuserdata) p->notices_userdata = slots > 0;
  }
  p->lua_sethook = api->lua_sethook;     /* also where the library has no slot for them */
  p->lua_gethook = api->lua_gethook;
  return true;
}

void play_free(Play *p) {
  if (now == p) now = NULL;
  canon_free(&p->seen_values);
}

void play_begin(Play *p, const RunRequest *request, Observation *seen, unsigned wanted) {
  now = p;
  p->request = request;
  p->seen = seen;
  p->wanted = wanted;
  p->fuel = 0;
  p->init = NULL;
  p->opens_libraries = false;
  p->running = NULL;
  p->made_userdata = !p->notices_userdata;
  p->allocations_outside = 0;
  p->closed = false;
  p->status = 0;
}

/* ---- Messages -------------------------------------------------------------------------------- */

static void note(Channel channel, const char *text) {
  if (now->wanted & CHANNEL_BIT(channel)) bytes_puts(&now->seen->channel[channel], text);
}

static void note_value(lua_State *L, Channel channel, int index) {
  if (!(now->wanted & CHANNEL_BIT(channel))) return;
  values_append(now->api, L, index, &now->seen_values, &now->seen->channel[channel]);
}

static void say(const char *message) {
  Host *host = now->host;
  host_write_error(host, PROGRAM ": ", strlen(PROGRAM ": "));
  host_write_error(host, message, strlen(message));
  host_write_error(host, "\n", 1);
}

int play_panic(lua_State *L) {
  const char *message = now->api->lua_tolstring(L, -1, NULL);
  char *text = mem_format("PANIC: unprotected error in call to Lua API (%s)\n",
                          message ? message : "(null)");
  host_write_error(now->host, text, strlen(text));
  free(text);
  guard_leave(LEFT_BY_EXIT, EXIT_FAILURE);
}

/* The program's report on a chunk that failed; takes the message away. */
static int report(lua_State *L, int status) {
  if (status == 0 || now->api->lua_type(L, -1) == LUA_TNIL) return status;
  const char *message = now->api->lua_tolstring(L, -1, NULL);
  say(message ? message : "(error object is not a string)");
  pop(L, 1);
  return status;
}

static const char *status_word(int status) {
  switch (status) {
    case LUA_ERRRUN: return "run: ";
    case LUA_ERRSYNTAX: return "syntax: ";
    case LUA_ERRMEM: return "memory: ";
    case LUA_ERRERR: return "handler: ";
    default: return "file: ";
  }
}

/* The error object of a failed call or load is on top; the handler may have noted it before. */
static void note_failure(lua_State *L, int status) {
  Bytes *text = &now->seen->channel[CHANNEL_ERROR];
  if (status == 0 || text->len != 0) return;
  note(CHANNEL_ERROR, status_word(status));
  note_value(L, CHANNEL_ERROR, -1);
}

/* ---- Calls ----------------------------------------------------------------------------------- */

/* The program's message handler: debug.traceback(message, 2), looked up when it is needed. */
static int add_traceback(lua_State *L) {
  const LuaApi *api = now->api;
  if (now->wanted & CHANNEL_BIT(CHANNEL_TRACEBACK)) {
    bytes_clear(&now->seen->channel[CHANNEL_TRACEBACK]);
    values_append_levels(api, L, 1, &now->seen->channel[CHANNEL_TRACEBACK]);
  }
  if (!api->lua_isstring(L, 1)) return 1;
  if (now->seen->channel[CHANNEL_ERROR].len == 0) {
    note(CHANNEL_ERROR, status_word(LUA_ERRRUN));
    note_value(L, CHANNEL_ERROR, 1);
  }
  get_global(L, "debug");
  if (api->lua_type(L, -1) != LUA_TTABLE) {
    pop(L, 1);
    return 1;
  }
  api->lua_getfield(L, -1, "traceback");
  if (api->lua_type(L, -1) != LUA_TFUNCTION) {
    pop(L, 2);
    return 1;
  }
  api->lua_pushvalue(L, 1);
  api->lua_pushinteger(L, 2);
  api->lua_call(L, 2, 1);
  return 1;
}

static int call(lua_State *L, int nargs, int nresults) {
  const LuaApi *api = now->api;
  int handler = api->lua_gettop(L) - nargs;
  api->lua_pushcclosure(L, add_traceback, 0);
  api->lua_insert(L, handler);
  int status = api->lua_pcall(L, nargs, nresults, handler);
  api->lua_remove(L, handler);
  /* The program collects here; without userdata nobody can notice. */
  if (status != 0 && now->made_userdata) api->lua_gc(L, LUA_GCCOLLECT, 0);
  note_failure(L, status);
  return status;
}

/* A C function: runs its first argument with the others inside a coroutine. */
static int call_in_coroutine(lua_State *L) {
  const LuaApi *api = now->api;
  int nargs = api->lua_gettop(L) - 1;
  lua_State *co = api->lua_newthread(L);
  api->lua_insert(L, 1);
  if (!api->lua_checkstack(co, nargs + 1)) return api->luaL_error(L, "too many arguments");
  api->lua_xmove(L, co, nargs + 1);
  int status = shim_resume(co, nargs);
  for (unsigned n = 0; status == LUA_YIELD && n < RESUMES_MOST; n++) {
    api->lua_settop(co, 0);
    status = shim_resume(co, 0);
  }
  int nresults = status == 0 || status == LUA_YIELD ? api->lua_gettop(co) : 1;
  if (!api->lua_checkstack(L, nresults + 1)) return api->luaL_error(L, "too many results");
  api->lua_xmove(co, L, nresults);
  return status == 0 || status == LUA_YIELD ? nresults : api->lua_error(L);
}

/* ---- Chunks ---------------------------------------------------------------------------------- */

static int append_piece(lua_State *L, const void *data, size_t n, void *to) {
  (void)L;
  bytes_append(to, data, n);
  return 0;
}

typedef struct Source {
  const char *data;
  size_t n;
  bool newline;                          /* stands for a first line that was skipped */
} Source;

static const char *read_piece(lua_State *L, void *ud, size_t *n) {
  Source *s = ud;
  (void)L;
  if (s->newline) {
    s->newline = false;
    *n = 1;
    return "\n";
  }
  *n = s->n;
  s->n = 0;
  return *n ? s->data : NULL;
}

/* What luaL_loadfile makes of these bytes: a first line that begins with # is not read. */
static int load(lua_State *L, const Bytes *chunk, const char *script) {
  Source s = {bytes_text(chunk), chunk->len, false};
  if (s.n > 0 && s.data[0] == '#') {
    const char *end = memchr(s.data, '\n', s.n);
    s.newline = true;
    s.n = end ? s.n - (size_t)(end + 1 - s.data) : 0;
    s.data = end ? end + 1 : s.data;
    if (s.n > 0 && s.data[0] == LUA_SIGNATURE[0]) s.newline = false;
  }
  char *name = mem_format("@%s", script);
  int status = now->api->lua_load(L, read_piece, &s, name);
  free(name);
  return status;
}

static int load_script(lua_State *L) {
  const LuaApi *api = now->api;
  const Case *item = now->request->item;
  int status = load(L, &item->chunk, item->script);
  bool dumps = now->request->conditions->transform == TRANSFORM_DUMP;
  if (status != 0 || !(dumps || now->wanted & CHANNEL_BIT(CHANNEL_BYTECODE))) return status;
  Bytes code = {0};
  Bytes *to = now->wanted & CHANNEL_BIT(CHANNEL_BYTECODE) ? &now->seen->channel[CHANNEL_BYTECODE]
                                                          : &code;
  api->lua_dump(L, append_piece, to);
  if (dumps) {
    char *name = mem_format("@%s", item->script);
    pop(L, 1);
    status = api->luaL_loadbuffer(L, to->data, to->len, name);
    free(name);
  }
  bytes_free(&code);
  return status;
}

/* The loader of a module that the mode gives: runs the file with what `require` passes. */
static int load_preload(lua_State *L) {
  const LuaApi *api = now->api;
  int nargs = api->lua_gettop(L);
  if (api->luaL_loadfile(L, api->lua_tolstring(L, lua_upvalueindex(1), NULL)) != 0) {
    return api->lua_error(L);
  }
  api->lua_insert(L, 1);
  api->lua_call(L, nargs, LUA_MULTRET);
  return api->lua_gettop(L);
}

static void set_preloads(lua_State *L) {
  const LuaApi *api = now->api;
  const Conditions *c = now->request->conditions;
  for (size_t i = 0; i < c->npreloads; i++) {
    char *file = path_absolute(c->preloads[i].file);
    get_global(L, "package");
    api->lua_getfield(L, -1, "preload");
    api->lua_pushstring(L, file);
    api->lua_pushcclosure(L, load_preload, 1);
    api->lua_setfield(L, -2, c->preloads[i].name);
    pop(L, 2);
    free(file);
  }
}

/* Pushes the script's arguments and sets `arg`; their number. */
static int push_arguments(lua_State *L) {
  const LuaApi *api = now->api;
  const Case *item = now->request->item;
  int n = (int)item->args.n;
  api->luaL_checkstack(L, n + 3, "too many arguments to script");
  for (int i = 0; i < n; i++) api->lua_pushstring(L, item->args.at[i]);
  api->lua_createtable(L, n, 2);
  api->lua_pushstring(L, PROGRAM);
  api->lua_rawseti(L, -2, -1);
  api->lua_pushstring(L, item->script);
  api->lua_rawseti(L, -2, 0);
  for (int i = 0; i < n; i++) {
    api->lua_pushstring(L, item->args.at[i]);
    api->lua_rawseti(L, -2, i + 1);
  }
  api->lua_setfield(L, LUA_GLOBALSINDEX, "arg");
  return n;
}

static int run_init(lua_State *L) {
  const LuaApi *api = now->api;
  const char *init = now->init;
  int status = init[0] == '@' ? api->luaL_loadfile(L, init + 1)
                              : api->luaL_loadbuffer(L, init, strlen(init), "=LUA_INIT");
  if (status == 0) status = call(L, 0, 0);
  else note_failure(L, status);
  return report(L, status);
}

static void note_results(lua_State *L, int first) {
  int top = now->api->lua_gettop(L);
  if (now->arena) arena_limit(now->arena, 0);        /* looking is not the program's business */
  for (int i = first; i <= top; i++) note_value(L, CHANNEL_VALUES, i);
  if (now->arena) arena_limit(now->arena, now->memory);
}

static int run_script(lua_State *L) {
  const LuaApi *api = now->api;
  const Conditions *c = now->request->conditions;
  int nargs = push_arguments(L);
  int status = load_script(L);
  int function = api->lua_gettop(L) - nargs;
  api->lua_insert(L, function);
  if (status != 0) {
    api->lua_settop(L, function);
    note_failure(L, status);
    return report(L, status);
  }
  if (c->transform == TRANSFORM_COROUTINE) {
    api->lua_pushcclosure(L, call_in_coroutine, 0);
    api->lua_insert(L, function);
    nargs++;
  }
  set_own_hook(L);
  status = call(L, nargs, LUA_MULTRET);
  if (status == 0) note_results(L, function);
  if (status == 0 && c->invoke) {
    get_global(L, c->invoke);
    status = call(L, 0, 0);
  }
  return report(L, status);
}

/* ---- The program ----------------------------------------------------------------------------- */

static int open_libraries(lua_State *L) {
  now->api->lua_gc(L, LUA_GCSTOP, 0);
  now->api->luaL_openlibs(L);
  now->api->lua_gc(L, LUA_GCRESTART, 0);
  return 0;
}

int play_prepare(Play *p, lua_State *L) {
  p->running = L;
  int status = p->api->lua_cpcall(L, open_libraries, NULL);
  p->made_userdata = !p->notices_userdata;   /* those of the io library do nothing when collected */
  return status;
}

static int program(lua_State *L) {
  Play *p = now;
  if (p->opens_libraries) open_libraries(L);
  if (p->init && (p->status = run_init(L)) != 0) return 0;
  if (p->request->conditions->npreloads) set_preloads(L);
  p->status = run_script(L);
  return 0;
}

static bool is_about_closing(const Case *item) {
  return item->tags.n > 0 &&
         (strings_has(&item->tags, "gc") || strings_has(&item->tags, "closing"));
}

void play_script(Play *p, lua_State *L) {
  p->running = L;
  canon_clear(&p->seen_values);
  int status = report(L, p->api->lua_cpcall(L, program, p));
  p->status = status != 0 || p->status != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
  if (!p->made_userdata && !is_about_closing(p->request->item)) return;
  p->running = NULL;
  p->api->lua_close(L);
  p->closed = true;
}
