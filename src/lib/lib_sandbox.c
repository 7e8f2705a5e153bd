/* lib_sandbox.c -- plx_openlibs: the standard libraries, as far as they are granted (lua_limits.h).
 *
 * Each library is opened as usual, and then loses whatever is not in the list of what may stay: a
 * function that is forgotten here is denied, not granted.  In its place stands a function that raises
 * an error with its name. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"
#include "lua_limits.h"
#include "boxfile.h"

/* ---- Denying ----------------------------------------------------------------------- */

#define NOT_GRANTED "capability " LUA_QS " is not granted"

static int denied(lua_State *L) {
  return luaL_error(L, NOT_GRANTED, lua_tostring(L, lua_upvalueindex(1)));
}

/* Pushes the function that stands for `name` of `library` ("": a basic function). */
static void push_denied(lua_State *L, const char *library, const char *name) {
  lua_pushfstring(L, "%s%s%s", library, *library != '\0' ? "." : "", name);
  lua_pushcclosure(L, denied, 1);
}

/* A field of something that is no function.  Upvalue: the name of that. */
static int field_denied(lua_State *L) {
  const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
  return luaL_error(L, "capability '%s.%s' is not granted", lua_tostring(L, lua_upvalueindex(1)),
                    key);
}

/* Pushes what stands for a number, a table or a file of that name: any use of it is an error. */
static void push_denied_object(lua_State *L, const char *name) {
  static const char *const uses[] = {
    "__add", "__sub", "__mul", "__div", "__mod", "__pow", "__unm", "__concat", "__lt", "__le",
    "__call", NULL
  };
  lua_newtable(L);
  lua_createtable(L, 0, 16);
  push_denied(L, "", name);
  for (const char *const *use = uses; *use != NULL; use++) {
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, *use);
  }
  lua_pop(L, 1);
  lua_pushstring(L, name);
  lua_pushcclosure(L, field_denied, 1);
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, "__newindex");
  lua_setfield(L, -2, "__index");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
}

/* What may stay, if all of `needs` is granted. */
typedef struct Permission {
  const char *name;
  unsigned needs;
} Permission;

static int is_permitted(const Permission *list, const char *name, unsigned can) {
  for (; list->name != NULL; list++)
    if (strcmp(list->name, name) == 0) return (list->needs & can) == list->needs;
  return 0;
}

/* Denies what `list` does not permit in the table on top, which comes fresh from its library: all
 * keys are strings. */
static void restrict_library(lua_State *L, const char *library, const Permission *list,
                             unsigned can) {
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    int is_function = lua_isfunction(L, -1);
    lua_pop(L, 1);
    const char *name = lua_tostring(L, -1);
    if (is_permitted(list, name, can)) continue;
    lua_pushvalue(L, -1);
    if (is_function) push_denied(L, library, name);
    else push_denied_object(L, lua_pushfstring(L, "%s.%s", library, name));
    if (!is_function) lua_remove(L, -2);
    lua_settable(L, -4);   /* an existing field: the traversal goes on */
  }
}

/* Opens a library and pushes its table. */
static void open_library(lua_State *L, lua_CFunction opener, const char *name) {
  lua_pushcfunction(L, opener);
  lua_pushstring(L, name);
  lua_call(L, 1, 0);
  lua_getfield(L, LUA_GLOBALSINDEX, *name != '\0' ? name : "_G");
}

/* Ends a function that stands before the one in upvalue 1: with its result for the first n arguments. */
static int call_real(lua_State *L, int n) {
  lua_settop(L, n);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, n, 1);
  return 1;
}

/* ---- Addresses ---------------------------------------------------------------------------- */

/* The number of the object in argument 1: the first that is asked for is 1.  Upvalue 2: the numbers by
 * object, with the last one at 0. */
static lua_Number number_object(lua_State *L) {
  lua_pushvalue(L, 1);
  lua_rawget(L, lua_upvalueindex(2));
  if (lua_isnil(L, -1)) {
    lua_rawgeti(L, lua_upvalueindex(2), 0);
    lua_Number n = lua_tonumber(L, -1) + 1;
    lua_pushnumber(L, n);
    lua_rawseti(L, lua_upvalueindex(2), 0);
    lua_pushvalue(L, 1);
    lua_pushnumber(L, n);
    lua_rawset(L, lua_upvalueindex(2));
    return n;
  }
  return lua_tonumber(L, -1);
}

/* tostring(v), but for objects a number instead of their address.  Upvalue 1: the real function. */
static int box_tostring(lua_State *L) {
  int type = lua_type(L, 1);
  luaL_checkany(L, 1);
  int is_object = type >= LUA_TTABLE || type == LUA_TLIGHTUSERDATA;
  if (is_object && !luaL_getmetafield(L, 1, "__tostring")) {
    char text[40];
    snprintf(text, sizeof(text), "%s: 0x%08.0f", lua_typename(L, type), number_object(L));
    lua_pushstring(L, text);
    return 1;
  }
  return call_real(L, 1);
}

/* __tostring of files. */
static int box_file_tostring(lua_State *L) {
  FILE **f = (FILE **)luaL_checkudata(L, 1, LUA_FILEHANDLE);
  luaL_argcheck(L, lua_objlen(L, 1) >= sizeof(FILE *), 1, "not a file");   /* debug.setmetatable */
  lua_pushstring(L, *f != NULL ? "file" : "file (closed)");
  return 1;
}

static void hide_addresses(lua_State *L) {
  lua_getglobal(L, "tostring");
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "k");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_pushcclosure(L, box_tostring, 2);
  lua_setglobal(L, "tostring");
  luaL_getmetatable(L, LUA_FILEHANDLE);
  lua_pushcfunction(L, box_file_tostring);
  lua_setfield(L, -2, "__tostring");
  lua_pop(L, 1);
}

/* ---- Random numbers -------------------------------------------------------------------- */

/* The next number of the sequence in upvalue 1, as 53 bits (splitmix64). */
static uint64_t next_random(lua_State *L) {
  uint64_t *state = (uint64_t *)lua_touserdata(L, lua_upvalueindex(1));
  uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return (z ^ (z >> 31)) >> 11;
}

/* math.random([m [, n]]) */
static int box_random(lua_State *L) {
  lua_Number r = (lua_Number)next_random(L) / (lua_Number)(UINT64_C(1) << 53);
  int narg = lua_gettop(L);
  if (narg == 0) {
    lua_pushnumber(L, r);
    return 1;
  }
  if (narg > 2) return luaL_error(L, "wrong number of arguments");
  lua_Number low = narg == 2 ? luaL_checkint(L, 1) : 1;
  lua_Number high = luaL_checkint(L, narg);
  luaL_argcheck(L, low <= high, narg, "interval is empty");
  lua_pushnumber(L, floor(r * (high - low + 1)) + low);
  return 1;
}

/* math.randomseed(x) */
static int box_randomseed(lua_State *L) {
  *(uint64_t *)lua_touserdata(L, lua_upvalueindex(1)) = (uint64_t)luaL_checkinteger(L, 1);
  return 0;
}

static void replace_random(lua_State *L) {
  *(uint64_t *)lua_newuserdata(L, sizeof(uint64_t)) = 0;
  lua_pushvalue(L, -1);
  lua_pushcclosure(L, box_random, 1);
  lua_setfield(L, -3, "random");
  lua_pushcclosure(L, box_randomseed, 1);
  lua_setfield(L, -2, "randomseed");
}

/* ---- The clock and the environment -------------------------------------------------------- */

/* os.time and os.date where the time is fixed, or withheld.  Upvalues: the real function, the time or
 * nil, the name. */
static void push_fixed_time(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(2));
  if (lua_isnil(L, -1))
    luaL_error(L, NOT_GRANTED, lua_tostring(L, lua_upvalueindex(3)));
}

static int box_time(lua_State *L) {
  if (lua_isnoneornil(L, 1)) {
    push_fixed_time(L);
    return 1;
  }
  return call_real(L, 1);
}

static int box_date(lua_State *L) {
  lua_settop(L, 2);
  if (lua_isnil(L, 2)) {
    push_fixed_time(L);
    lua_replace(L, 2);
  }
  return call_real(L, 2);
}

/* os.clock: no time passes. */
static int box_clock(lua_State *L) {
  push_fixed_time(L);
  lua_pushinteger(L, 0);
  return 1;
}

/* Replaces function `name` of the library on top. */
static void fix_time(lua_State *L, const char *name, lua_CFunction f, const double *fixed) {
  lua_getfield(L, -1, name);
  if (fixed != NULL) lua_pushnumber(L, *fixed);
  else lua_pushnil(L);
  lua_pushfstring(L, "os.%s", name);
  lua_pushcclosure(L, f, 3);
  lua_setfield(L, -2, name);
}

/* os.getenv(name).  Upvalues: the real function, the set of names. */
static int box_getenv(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  lua_getfield(L, lua_upvalueindex(2), name);
  if (!lua_toboolean(L, -1))
    return luaL_error(L, NOT_GRANTED " for " LUA_QS, "os.getenv", name);
  return call_real(L, 1);
}

static void replace_getenv(lua_State *L, const char *const *names) {
  lua_getfield(L, -1, "getenv");
  lua_newtable(L);
  for (; *names != NULL; names++) {
    lua_pushboolean(L, 1);
    lua_setfield(L, -2, *names);
  }
  lua_pushcclosure(L, box_getenv, 2);
  lua_setfield(L, -2, "getenv");
}

/* ---- The libraries ------------------------------------------------------------------------ */

/* Granted by other fields than `can`. */
#define HAS_NAMES (1u << 30)   /* some variables of the environment */

static const Permission base_list[] = {
  {"_G", 0}, {"_VERSION", 0}, {"assert", 0}, {"coroutine", 0}, {"error", 0}, {"getmetatable", 0},
  {"ipairs", 0}, {"next", 0}, {"pairs", 0}, {"pcall", 0}, {"rawequal", 0}, {"rawget", 0},
  {"rawset", 0}, {"select", 0}, {"setmetatable", 0}, {"tonumber", 0}, {"tostring", 0},
  {"type", 0}, {"unpack", 0}, {"xpcall", 0},
  {"print", PLX_CAN_PRINT},
  {"load", PLX_CAN_LOAD}, {"loadstring", PLX_CAN_LOAD},
  {"getfenv", PLX_CAN_FENV}, {"setfenv", PLX_CAN_FENV},
  {"collectgarbage", PLX_CAN_COLLECT}, {"gcinfo", PLX_CAN_COLLECT},
  {"newproxy", PLX_CAN_PROXY},
  {NULL, 0}
};

#define S PLX_CAN_STRING
static const Permission string_list[] = {
  {"byte", S}, {"char", S}, {"find", S}, {"format", S}, {"gfind", S}, {"gmatch", S}, {"gsub", S},
  {"len", S}, {"lower", S}, {"match", S}, {"rep", S}, {"reverse", S}, {"sub", S}, {"upper", S},
  {"dump", S | PLX_CAN_BYTECODE},
  {NULL, 0}
};
#undef S

#define T PLX_CAN_TABLE
static const Permission table_list[] = {
  {"concat", T}, {"foreach", T}, {"foreachi", T}, {"getn", T}, {"insert", T}, {"maxn", T},
  {"remove", T}, {"setn", T}, {"sort", T},
  {NULL, 0}
};
#undef T

#define M PLX_CAN_MATH
static const Permission math_list[] = {
  {"abs", M}, {"acos", M}, {"asin", M}, {"atan", M}, {"atan2", M}, {"ceil", M}, {"cos", M},
  {"cosh", M}, {"deg", M}, {"exp", M}, {"floor", M}, {"fmod", M}, {"frexp", M}, {"huge", M},
  {"ldexp", M}, {"log", M}, {"log10", M}, {"max", M}, {"min", M}, {"mod", M}, {"modf", M},
  {"pi", M}, {"pow", M}, {"rad", M}, {"random", M}, {"randomseed", M}, {"sin", M}, {"sinh", M},
  {"sqrt", M}, {"tan", M}, {"tanh", M},
  {NULL, 0}
};
#undef M

#define C PLX_CAN_COROUTINE
static const Permission coroutine_list[] = {
  {"create", C}, {"resume", C}, {"running", C}, {"status", C}, {"wrap", C}, {"yield", C},
  {NULL, 0}
};
#undef C

static const Permission os_list[] = {
  {"clock", 0}, {"date", 0}, {"difftime", 0}, {"time", 0},   /* as far as time is granted */
  {"getenv", HAS_NAMES},
  {NULL, 0}
};

static const Permission io_list[] = {
  {"close", 0}, {"type", 0},
  {"flush", PLX_CAN_PRINT}, {"write", PLX_CAN_PRINT},
  {NULL, 0}
};

#define D PLX_CAN_DEBUG
static const Permission debug_list[] = {
  {"getfenv", D}, {"gethook", D}, {"getinfo", D}, {"getlocal", D}, {"getmetatable", D},
  {"getregistry", D}, {"getupvalue", D}, {"setfenv", D}, {"sethook", D}, {"setlocal", D},
  {"setmetatable", D}, {"setupvalue", D}, {"traceback", D},
  {NULL, 0}
};
#undef D

static void open_restricted(lua_State *L, lua_CFunction opener, const char *name,
                            const Permission *list, unsigned can) {
  open_library(L, opener, name);
  restrict_library(L, name, list, can);
}

/* Modules are files and native code: there is no package library, but for its names. */
static void deny_package(lua_State *L) {
  static const char *const names[] = {"require", "module", NULL};
  for (const char *const *name = names; *name != NULL; name++) {
    push_denied(L, "", *name);
    lua_setglobal(L, *name);
  }
  push_denied_object(L, LUA_LOADLIBNAME);
  lua_setglobal(L, LUA_LOADLIBNAME);
}

/* Scripts must not take the metatable on top apart. */
static void close_metatable(lua_State *L) {
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 1);
}

static void open_pure(lua_State *L, unsigned can) {
  open_restricted(L, luaopen_string, LUA_STRLIBNAME, string_list, can);
  open_restricted(L, luaopen_table, LUA_TABLIBNAME, table_list, can);
  open_restricted(L, luaopen_math, LUA_MATHLIBNAME, math_list, can);
  if (can & PLX_CAN_MATH) replace_random(L);
  lua_getglobal(L, LUA_COLIBNAME);
  restrict_library(L, LUA_COLIBNAME, coroutine_list, can);
  lua_pushliteral(L, "");
  lua_getmetatable(L, -1);
  close_metatable(L);
  lua_pop(L, 5);
}

static void open_os(lua_State *L, const plx_Grants *grants) {
  open_restricted(L, luaopen_os, LUA_OSLIBNAME, os_list, grants->env != NULL ? HAS_NAMES : 0);
  if (grants->env != NULL) replace_getenv(L, grants->env);
  if (!(grants->can & PLX_CAN_CLOCK)) {
    fix_time(L, "time", box_time, grants->fixed_time);
    fix_time(L, "date", box_date, grants->fixed_time);
    fix_time(L, "clock", box_clock, grants->fixed_time);
  }
  lua_pop(L, 1);
}

/* Stores f, with the upvalues on top, which stay, as a field of the table at `idx`. */
static void set_confined(lua_State *L, int idx, const char *name, lua_CFunction f) {
  lua_pushvalue(L, idx);
  for (int i = 0; i < BOXFILE_UPVALUES; i++) lua_pushvalue(L, -1 - BOXFILE_UPVALUES);
  lua_pushcclosure(L, f, BOXFILE_UPVALUES);
  lua_setfield(L, -2, name);
  lua_pop(L, 1);
}

/* The environment of io's functions, which debug shows, holds the default files as [1] and [2].  Takes
 * away what is not granted of them from the library at `io`. */
static void forget_standard_files(lua_State *L, int io, unsigned can) {
  lua_getfield(L, io, "type");
  lua_getfenv(L, -1);
  for (int which = 1; which <= (can & PLX_CAN_PRINT ? 1 : 2); which++) {
    lua_pushnil(L);
    lua_rawseti(L, -2, which);
  }
  lua_pop(L, 2);
}

/* io, and what of the basic functions reads files. */
static void open_files(lua_State *L, const plx_Grants *grants) {
  open_restricted(L, luaopen_io, LUA_IOLIBNAME, io_list, grants->can);
  int io = lua_gettop(L);
  forget_standard_files(L, io, grants->can);
  luaL_getmetatable(L, LUA_FILEHANDLE);
  close_metatable(L);
  if (grants->dir != NULL) {
    boxfile_push(L, grants->dir, (grants->can & PLX_CAN_WRITE) != 0, grants->max_files);
    set_confined(L, io, "open", boxfile_open);
    set_confined(L, io, "lines", boxfile_lines);
    if (grants->can & PLX_CAN_LOAD) {
      set_confined(L, LUA_GLOBALSINDEX, "loadfile", boxfile_loadfile);
      set_confined(L, LUA_GLOBALSINDEX, "dofile", boxfile_dofile);
    }
  }
  lua_settop(L, io - 1);
}

/* Runs as a C function, so that it has an environment; argument 1: the grants. */
static int open_sandbox(lua_State *L) {
  const plx_Grants *grants = (const plx_Grants *)lua_touserdata(L, 1);
  plx_refusebytecode(L, !(grants->can & PLX_CAN_BYTECODE));
  open_restricted(L, luaopen_base, "", base_list, grants->can);
  open_pure(L, grants->can);
  open_os(L, grants);
  open_files(L, grants);
  open_restricted(L, luaopen_debug, LUA_DBLIBNAME, debug_list, grants->can);
  deny_package(L);
  if (!(grants->can & PLX_CAN_ADDRESS)) hide_addresses(L);
  return 0;
}

LUALIB_API void plx_openlibs(lua_State *L, const plx_Grants *grants) {
  lua_pushcfunction(L, open_sandbox);
  lua_pushlightuserdata(L, (void *)(uintptr_t)grants);
  lua_call(L, 1, 0);
}
