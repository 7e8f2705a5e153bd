/* t_capi.c -- see t_capi.h: the instructions of testC, one row each, and their interpreter. */
#include "t_capi.h"

#include <limits.h>
#include <string.h>

#include "lauxlib.h"

#define SEPARATORS " \t\n,;"
#define LONGEST_WORD 29
#define MOST_OPERANDS 2

/* A program on its way. */
typedef struct Program {
  lua_State *L;   /* the caller: '.' and `return` mean its stack */
  const char *at; /* next character */
} Program;

/* What an instruction is given. */
typedef struct Operands {
  int n[MOST_OPERANDS]; /* numbers and indices */
  char word[LONGEST_WORD + 1];
} Operands;

/* An instruction does its work on the stack of L. */
typedef void Action(lua_State *L, const Operands *o);

/* ---- Operands -------------------------------------------------------------------------------- */

static void skip_separators(Program *p) { p->at += strspn(p->at, SEPARATORS); }

static int read_number(Program *p) {
  skip_separators(p);
  if (*p->at == '.') {
    int n = (int)lua_tointeger(p->L, -1);
    lua_pop(p->L, 1);
    p->at++;
    return n;
  }
  int sign = 1;
  if (*p->at == '-') {
    sign = -1;
    p->at++;
  }
  int n = 0;
  for (; *p->at >= '0' && *p->at <= '9'; p->at++) {
    int digit = *p->at - '0';
    if (n > (INT_MAX - digit) / 10) luaL_error(p->L, "number too large in a testC program");
    n = n * 10 + digit;
  }
  return sign * n;
}

static int read_index(Program *p) {
  skip_separators(p);
  switch (*p->at) {
    case 'R': p->at++; return LUA_REGISTRYINDEX;
    case 'G': p->at++; return LUA_GLOBALSINDEX;
    case 'E': p->at++; return LUA_ENVIRONINDEX;
    case 'U': p->at++; return lua_upvalueindex(read_number(p));
    default: return read_number(p);
  }
}

/* The next word; empty at the end of the program. */
static void read_word(Program *p, char *word) {
  skip_separators(p);
  size_t len = strcspn(p->at, SEPARATORS);
  if (len > LONGEST_WORD) luaL_error(p->L, "word too long in a testC program");
  memcpy(word, p->at, len);
  word[len] = '\0';
  p->at += len;
}

/* ---- Instructions: what a value is ----------------------------------------------------------- */

#define PREDICATE(name, test) \
  static void name(lua_State *L, const Operands *o) { lua_pushinteger(L, test(L, o->n[0]) != 0); }

PREDICATE(do_isnumber, lua_isnumber)
PREDICATE(do_isstring, lua_isstring)
PREDICATE(do_istable, lua_istable)
PREDICATE(do_iscfunction, lua_iscfunction)
PREDICATE(do_isfunction, lua_isfunction)
PREDICATE(do_isuserdata, lua_isuserdata)
PREDICATE(do_isudataval, lua_islightuserdata)
PREDICATE(do_isnil, lua_isnil)
PREDICATE(do_isnull, lua_isnone)
PREDICATE(do_tobool, lua_toboolean)

static void do_type(lua_State *L, const Operands *o) {
  lua_pushstring(L, lua_typename(L, lua_type(L, o->n[0])));
}
static void do_tonumber(lua_State *L, const Operands *o) {
  lua_pushnumber(L, lua_tonumber(L, o->n[0]));
}
static void do_tostring(lua_State *L, const Operands *o) {
  lua_pushstring(L, lua_tostring(L, o->n[0])); /* NULL pushes nil */
}
static void do_objsize(lua_State *L, const Operands *o) {
  lua_pushinteger(L, (lua_Integer)lua_objlen(L, o->n[0]));
}
static void do_getn(lua_State *L, const Operands *o) { lua_pushinteger(L, luaL_getn(L, o->n[0])); }
static void do_tocfunction(lua_State *L, const Operands *o) {
  lua_CFunction f = lua_tocfunction(L, o->n[0]);
  if (f != NULL) lua_pushcfunction(L, f);
  else lua_pushnil(L);
}
static void do_lessthan(lua_State *L, const Operands *o) {
  lua_pushboolean(L, lua_lessthan(L, o->n[0], o->n[1]));
}
static void do_equal(lua_State *L, const Operands *o) {
  lua_pushboolean(L, lua_equal(L, o->n[0], o->n[1]));
}

/* ---- Instructions: the stack ----------------------------------------------------------------- */

static void do_gettop(lua_State *L, const Operands *o) {
  (void)o;
  lua_pushinteger(L, lua_gettop(L));
}
static void do_settop(lua_State *L, const Operands *o) { lua_settop(L, o->n[0]); }
static void do_pop(lua_State *L, const Operands *o) { lua_pop(L, o->n[0]); }
static void do_remove(lua_State *L, const Operands *o) { lua_remove(L, o->n[0]); }
static void do_insert(lua_State *L, const Operands *o) { lua_insert(L, o->n[0]); }
static void do_replace(lua_State *L, const Operands *o) { lua_replace(L, o->n[0]); }
static void do_pushvalue(lua_State *L, const Operands *o) { lua_pushvalue(L, o->n[0]); }
static void do_pushnum(lua_State *L, const Operands *o) { lua_pushinteger(L, o->n[0]); }
static void do_pushbool(lua_State *L, const Operands *o) { lua_pushboolean(L, o->n[0]); }
static void do_pushstring(lua_State *L, const Operands *o) { lua_pushstring(L, o->word); }
static void do_pushnil(lua_State *L, const Operands *o) {
  (void)o;
  lua_pushnil(L);
}
static void do_pushcclosure(lua_State *L, const Operands *o) {
  lua_pushcclosure(L, t_testc, o->n[0]);
}
static void do_newuserdata(lua_State *L, const Operands *o) {
  lua_newuserdata(L, (size_t)o->n[0]);
}

/* ---- Instructions: tables, calls, chunks ----------------------------------------------------- */

static void do_gettable(lua_State *L, const Operands *o) { lua_gettable(L, o->n[0]); }
static void do_settable(lua_State *L, const Operands *o) { lua_settable(L, o->n[0]); }
static void do_setmetatable(lua_State *L, const Operands *o) { lua_setmetatable(L, o->n[0]); }
static void do_getmetatable(lua_State *L, const Operands *o) {
  if (!lua_getmetatable(L, o->n[0])) lua_pushnil(L);
}
static void do_next(lua_State *L, const Operands *o) {
  (void)o;
  lua_next(L, -2);
}
static void do_concat(lua_State *L, const Operands *o) { lua_concat(L, o->n[0]); }
static void do_rawcall(lua_State *L, const Operands *o) { lua_call(L, o->n[0], o->n[1]); }
static void do_call(lua_State *L, const Operands *o) { lua_pcall(L, o->n[0], o->n[1], 0); }
static void do_loadstring(lua_State *L, const Operands *o) {
  size_t len;
  const char *source = luaL_checklstring(L, o->n[0], &len);
  luaL_loadbuffer(L, source, len, source);
}
static void do_loadfile(lua_State *L, const Operands *o) {
  luaL_loadfile(L, luaL_checkstring(L, o->n[0]));
}
static void do_throw(lua_State *L, const Operands *o) {
  (void)o;
  luaL_error(L, "C++");
}

/* ---- The interpreter ------------------------------------------------------------------------- */

typedef struct Instruction {
  const char *name;
  const char *operands;
  Action *act;
} Instruction;

#define ROW(name, operands) {#name, operands, do_##name}

static const Instruction instructions[] = {
  ROW(isnumber, "i"),   ROW(isstring, "i"),     ROW(istable, "i"),      ROW(iscfunction, "i"),
  ROW(isfunction, "i"), ROW(isuserdata, "i"),   ROW(isudataval, "i"),   ROW(isnil, "i"),
  ROW(isnull, "i"),     ROW(tobool, "i"),       ROW(type, "n"),         ROW(tonumber, "i"),
  ROW(tostring, "i"),   ROW(objsize, "i"),      ROW(getn, "i"),         ROW(tocfunction, "i"),
  ROW(lessthan, "ii"),  ROW(equal, "ii"),       ROW(gettop, ""),        ROW(settop, "n"),
  ROW(pop, "n"),        ROW(remove, "n"),       ROW(insert, "n"),       ROW(replace, "i"),
  ROW(pushvalue, "i"),  ROW(pushnum, "n"),      ROW(pushbool, "n"),     ROW(pushstring, "s"),
  ROW(pushnil, ""),     ROW(pushcclosure, "n"), ROW(newuserdata, "n"),  ROW(gettable, "i"),
  ROW(settable, "i"),   ROW(setmetatable, "i"), ROW(getmetatable, "i"), ROW(next, ""),
  ROW(concat, "n"),     ROW(rawcall, "nn"),     ROW(call, "nn"),        ROW(loadstring, "n"),
  ROW(loadfile, "n"),   ROW(throw, ""),
};

static const Instruction *find_instruction(const char *name) {
  for (size_t i = 0; i < sizeof instructions / sizeof *instructions; i++)
    if (strcmp(instructions[i].name, name) == 0) return &instructions[i];
  return NULL;
}

static void read_operands(Program *p, const char *kinds, Operands *o) {
  for (int i = 0; kinds[i] != '\0'; i++) {
    if (kinds[i] == 's') read_word(p, o->word);
    else o->n[i] = kinds[i] == 'i' ? read_index(p) : read_number(p);
  }
}

/* Run the program on the stack of `target`; how many values the caller's function returns. */
static int run(Program *p, lua_State *target) {
  for (;;) {
    char name[LONGEST_WORD + 1];
    read_word(p, name);
    if (name[0] == '\0') return 0;
    if (strcmp(name, "return") == 0) return read_number(p);
    const Instruction *i = find_instruction(name);
    if (i == NULL) return luaL_error(p->L, "unknown instruction %s", name);
    Operands o = {{0}, ""};
    read_operands(p, i->operands, &o);
    i->act(target, &o);
  }
}

int t_testc(lua_State *L) {
  if (lua_type(L, 1) != LUA_TNUMBER) {
    Program p = {L, luaL_checkstring(L, 1)};
    return run(&p, L);
  }
  lua_State *target = (lua_State *)(size_t)lua_tonumber(L, 1);
  Program p = {L, luaL_checkstring(L, 2)};
  return run(&p, target);
}
