/* lib_math.c -- the `math` table: C's mathematics (manual 5.6). */
#include <math.h>
#include <stdlib.h>

#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"
#include "lua_limits.h"

#define PI 3.14159265358979323846
#define RADIANS_PER_DEGREE (PI / 180.0)

/* A function of one number that is a function of C. */
#define WRAP_UNARY(name, function) \
  static int name(lua_State *L) { \
    lua_pushnumber(L, function(luaL_checknumber(L, 1))); \
    return 1; \
  }

/* The same for two numbers.  The reference looks at the second argument first: messages show it. */
#define WRAP_BINARY(name, function) \
  static int name(lua_State *L) { \
    lua_Number y = luaL_checknumber(L, 2); \
    lua_pushnumber(L, function(luaL_checknumber(L, 1), y)); \
    return 1; \
  }

WRAP_UNARY(math_abs, fabs)
WRAP_UNARY(math_acos, acos)
WRAP_UNARY(math_asin, asin)
WRAP_UNARY(math_atan, atan)
WRAP_UNARY(math_ceil, ceil)
WRAP_UNARY(math_cos, cos)
WRAP_UNARY(math_cosh, cosh)
WRAP_UNARY(math_exp, exp)
WRAP_UNARY(math_floor, floor)
WRAP_UNARY(math_log, log)
WRAP_UNARY(math_log10, log10)
WRAP_UNARY(math_sin, sin)
WRAP_UNARY(math_sinh, sinh)
WRAP_UNARY(math_sqrt, sqrt)
WRAP_UNARY(math_tan, tan)
WRAP_UNARY(math_tanh, tanh)
WRAP_BINARY(math_atan2, atan2)
WRAP_BINARY(math_pow, pow)

/* From which quotient on math.fmod is work. */
#define LONG_QUOTIENT 0x1p64

/* math.fmod(x, y): divides a few bits at a time, so a work budget pays for the distance. */
static int math_fmod(lua_State *L) {
  lua_Number y = luaL_checknumber(L, 2);
  lua_Number x = luaL_checknumber(L, 1);
  if (fabs(x) > fabs(y) * LONG_QUOTIENT && isfinite(x)) {
    int high, low;
    frexp(x, &high);
    frexp(y, &low);
    if (high > low) plx_charge(L, (size_t)(high - low) / 32);
  }
  lua_pushnumber(L, fmod(x, y));
  return 1;
}

/* math.deg(x) */
static int math_deg(lua_State *L) {
  lua_pushnumber(L, luaL_checknumber(L, 1) / RADIANS_PER_DEGREE);
  return 1;
}

/* math.rad(x) */
static int math_rad(lua_State *L) {
  lua_pushnumber(L, luaL_checknumber(L, 1) * RADIANS_PER_DEGREE);
  return 1;
}

/* math.modf(x): integral and fractional part. */
static int math_modf(lua_State *L) {
  double integral;
  double fractional = modf(luaL_checknumber(L, 1), &integral);
  lua_pushnumber(L, integral);
  lua_pushnumber(L, fractional);
  return 2;
}

/* math.frexp(x): mantissa and exponent. */
static int math_frexp(lua_State *L) {
  int exponent;
  lua_pushnumber(L, frexp(luaL_checknumber(L, 1), &exponent));
  lua_pushinteger(L, exponent);
  return 2;
}

/* math.ldexp(m, e): looks at `e` first, as the reference does. */
static int math_ldexp(lua_State *L) {
  int exponent = luaL_checkint(L, 2);
  lua_pushnumber(L, ldexp(luaL_checknumber(L, 1), exponent));
  return 1;
}

/* math.max(x, ...): a NaN wins only in the first place. */
static int math_max(lua_State *L) {
  int n = lua_gettop(L);
  lua_Number max = luaL_checknumber(L, 1);
  for (int i = 2; i <= n; i++) {
    lua_Number x = luaL_checknumber(L, i);
    if (x > max) max = x;
  }
  lua_pushnumber(L, max);
  return 1;
}

/* math.min(x, ...) */
static int math_min(lua_State *L) {
  int n = lua_gettop(L);
  lua_Number min = luaL_checknumber(L, 1);
  for (int i = 2; i <= n; i++) {
    lua_Number x = luaL_checknumber(L, i);
    if (x < min) min = x;
  }
  lua_pushnumber(L, min);
  return 1;
}

/* math.random([m [, n]]): libc's rand(), drawn even if the arguments are wrong.  The
 * width of the interval is an int that wraps around, so a sequence is the same in every
 * 5.1 whatever the arguments. */
static int math_random(lua_State *L) {
  lua_Number r = (lua_Number)(rand() % RAND_MAX) / (lua_Number)RAND_MAX;
  int low = 1, high;
  switch (lua_gettop(L)) {
    case 0:
      lua_pushnumber(L, r);
      return 1;
    case 1:
      high = luaL_checkint(L, 1);
      luaL_argcheck(L, high >= 1, 1, "interval is empty");
      break;
    case 2:
      low = luaL_checkint(L, 1);
      high = luaL_checkint(L, 2);
      luaL_argcheck(L, low <= high, 2, "interval is empty");
      break;
    default:
      return luaL_error(L, "wrong number of arguments");
  }
  int width = (int)((unsigned)high - (unsigned)low + 1u);
  lua_pushnumber(L, floor(r * width) + low);
  return 1;
}

/* math.randomseed(x) */
static int math_randomseed(lua_State *L) {
  srand((unsigned)luaL_checkint(L, 1));
  return 0;
}

static const luaL_Reg math_functions[] = {
  {"abs", math_abs},
  {"acos", math_acos},
  {"asin", math_asin},
  {"atan2", math_atan2},
  {"atan", math_atan},
  {"ceil", math_ceil},
  {"cosh", math_cosh},
  {"cos", math_cos},
  {"deg", math_deg},
  {"exp", math_exp},
  {"floor", math_floor},
  {"fmod", math_fmod},
  {"frexp", math_frexp},
  {"ldexp", math_ldexp},
  {"log10", math_log10},
  {"log", math_log},
  {"max", math_max},
  {"min", math_min},
  {"modf", math_modf},
  {"pow", math_pow},
  {"rad", math_rad},
  {"random", math_random},
  {"randomseed", math_randomseed},
  {"sinh", math_sinh},
  {"sin", math_sin},
  {"sqrt", math_sqrt},
  {"tanh", math_tanh},
  {"tan", math_tan},
  {NULL, NULL}
};

LUALIB_API int luaopen_math(lua_State *L) {
  luaL_register(L, LUA_MATHLIBNAME, math_functions);
  lua_pushnumber(L, PI);
  lua_setfield(L, -2, "pi");
  lua_pushnumber(L, HUGE_VAL);
  lua_setfield(L, -2, "huge");
  lua_getfield(L, -1, "fmod");   /* 5.0's name for the same function object */
  lua_setfield(L, -2, "mod");
  return 1;
}
