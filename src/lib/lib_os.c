/* lib_os.c -- the `os` table: the clock, the environment, files by name (manual 5.8). */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"
#include "numcast.h"
#include "outbuf.h"

/* true; or nil, a message about `filename` from errno, and errno. */
static int push_file_outcome(lua_State *L, int ok, const char *filename) {
  int error = errno;   /* the calls below may change it */
  if (ok) {
    lua_pushboolean(L, 1);
    return 1;
  }
  lua_pushnil(L);
  lua_pushfstring(L, "%s: %s", filename, strerror(error));
  lua_pushinteger(L, error);
  return 3;
}

/* ---- The system ------------------------------------------------------------------ */

/* os.execute([command]): the raw status of system(). */
static int os_execute(lua_State *L) {
  lua_pushinteger(L, system(luaL_optstring(L, 1, NULL)));
  return 1;
}

/* os.exit([code]): the state is not closed. */
static int os_exit(lua_State *L) {
  exit(luaL_optint(L, 1, EXIT_SUCCESS));
}

/* os.getenv(name) */
static int os_getenv(lua_State *L) {
  lua_pushstring(L, getenv(luaL_checkstring(L, 1)));
  return 1;
}

/* os.remove(filename) */
static int os_remove(lua_State *L) {
  const char *filename = luaL_checkstring(L, 1);
  return push_file_outcome(L, remove(filename) == 0, filename);
}

/* os.rename(old, new) */
static int os_rename(lua_State *L) {
  const char *old_name = luaL_checkstring(L, 1);
  const char *new_name = luaL_checkstring(L, 2);
  return push_file_outcome(L, rename(old_name, new_name) == 0, old_name);
}

/* os.tmpname(): the file exists already, so no other process can take the name. */
static int os_tmpname(lua_State *L) {
  char name[] = "/tmp/lua_XXXXXX";
  int fd = mkstemp(name);
  if (fd == -1) return luaL_error(L, "unable to generate a unique filename");
  close(fd);
  lua_pushstring(L, name);
  return 1;
}

/* os.setlocale([locale [, category]]) */
static int os_setlocale(lua_State *L) {
  static const char *const names[] = {
    "all", "collate", "ctype", "monetary", "numeric", "time", NULL
  };
  static const int codes[] = {LC_ALL, LC_COLLATE, LC_CTYPE, LC_MONETARY, LC_NUMERIC, LC_TIME};
  const char *locale = luaL_optstring(L, 1, NULL);
  int category = codes[luaL_checkoption(L, 2, "all", names)];
  lua_pushstring(L, setlocale(category, locale));
  return 1;
}

/* What a conversion of a date costs of a work budget. */
#define CONVERSION_WORK 64

/* ---- Time ----------------------------------------------------------------------------- */

/* os.clock(): seconds of CPU time. */
static int os_clock(lua_State *L) {
  lua_pushnumber(L, (lua_Number)clock() / (lua_Number)CLOCKS_PER_SEC);
  return 1;
}

/* os.difftime(t2 [, t1]): t1 is 0 if it is absent. */
static int os_difftime(lua_State *L) {
  time_t t1 = (time_t)num_to_int64(luaL_optnumber(L, 2, 0));
  time_t t2 = (time_t)num_to_int64(luaL_checknumber(L, 1));
  lua_pushnumber(L, difftime(t2, t1));
  return 1;
}

/* The fields of a date table: where struct tm keeps each, and from what it counts. */
typedef struct DateField {
  const char *name;
  size_t offset;
  int base;
} DateField;

#define DATE_FIELD(name, member, base) {name, offsetof(struct tm, member), base}

static int *date_member(struct tm *tm, const DateField *field) {
  return (int *)((char *)tm + field->offset);
}

/* Pushes the table of os.date("*t"). */
static void push_date_table(lua_State *L, struct tm *tm) {
  static const DateField fields[] = {
    DATE_FIELD("sec", tm_sec, 0), DATE_FIELD("min", tm_min, 0),
    DATE_FIELD("hour", tm_hour, 0), DATE_FIELD("day", tm_mday, 0),
    DATE_FIELD("month", tm_mon, 1), DATE_FIELD("year", tm_year, 1900),
    DATE_FIELD("wday", tm_wday, 1), DATE_FIELD("yday", tm_yday, 1)
  };
  lua_createtable(L, 0, 9);
  for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
    /* int arithmetic wraps: libc's years fill a whole int. */
    unsigned value = (unsigned)*date_member(tm, &fields[i]) + (unsigned)fields[i].base;
    lua_pushinteger(L, (int)value);
    lua_setfield(L, -2, fields[i].name);
  }
  if (tm->tm_isdst < 0) return;   /* not known: no field */
  lua_pushboolean(L, tm->tm_isdst);
  lua_setfield(L, -2, "isdst");
}

/* The longest text that one conversion of strftime may give; longer ones give nothing. */
#define MAX_CONVERSION 200

/* Pushes `format` with every "%x" replaced by what strftime makes of it. */
static void push_date_string(lua_State *L, const char *format, const struct tm *tm) {
  OutBuf out;
  out_init(&out, L);
  while (*format != '\0') {
    size_t plain = strcspn(format, "%");
    out_add(&out, format, plain);
    format += plain;
    if (*format == '\0') break;
    if (format[1] == '\0') {
      out_char(&out, *format++);
      continue;
    }
    plx_charge(L, CONVERSION_WORK);
    const char conversion[] = {'%', format[1], '\0'};
    out.len += strftime(out_reserve(&out, MAX_CONVERSION), MAX_CONVERSION, conversion, tm);
    format += 2;
  }
  out_push(&out);
}

/* os.date([format [, time]]): nil for a time that has no date. */
static int os_date(lua_State *L) {
  const char *format = luaL_optstring(L, 1, "%c");
  time_t t = lua_isnoneornil(L, 2) ? time(NULL) : (time_t)num_to_int64(luaL_checknumber(L, 2));
  plx_charge(L, CONVERSION_WORK);
  struct tm *tm = *format == '!' ? gmtime(&t) : localtime(&t);
  if (*format == '!') format++;
  if (tm == NULL) lua_pushnil(L);
  else if (strcmp(format, "*t") == 0) push_date_table(L, tm);
  else push_date_string(L, format, tm);
  return 1;
}

/* The field of the table in slot 1, as struct tm counts it; `fallback` (if it is not
 * negative) if the field is no number. */
static int get_date_field(lua_State *L, const char *name, int fallback, int base) {
  lua_getfield(L, 1, name);
  int value = fallback;
  if (lua_isnumber(L, -1)) value = (int)lua_tointeger(L, -1);
  else if (fallback < 0)
    return luaL_error(L, "field " LUA_QS " missing in date table", name);
  lua_pop(L, 1);
  return (int)((unsigned)value - (unsigned)base);
}

/* os.time([table]) */
static int os_time(lua_State *L) {
  time_t t;
  if (lua_isnoneornil(L, 1)) {
    t = time(NULL);
  } else {
    struct tm tm;
    memset(&tm, 0, sizeof(tm));
    luaL_checktype(L, 1, LUA_TTABLE);
    plx_charge(L, CONVERSION_WORK);
    lua_settop(L, 1);
    tm.tm_sec = get_date_field(L, "sec", 0, 0);
    tm.tm_min = get_date_field(L, "min", 0, 0);
    tm.tm_hour = get_date_field(L, "hour", 12, 0);
    tm.tm_mday = get_date_field(L, "day", -1, 0);
    tm.tm_mon = get_date_field(L, "month", -1, 1);
    tm.tm_year = get_date_field(L, "year", -1, 1900);
    lua_getfield(L, 1, "isdst");
    tm.tm_isdst = lua_isnil(L, -1) ? -1 : lua_toboolean(L, -1);
    lua_pop(L, 1);
    t = mktime(&tm);
  }
  if (t == (time_t)-1) lua_pushnil(L);
  else lua_pushnumber(L, (lua_Number)t);
  return 1;
}

static const luaL_Reg os_functions[] = {
  {"clock", os_clock},
  {"date", os_date},
  {"difftime", os_difftime},
  {"execute", os_execute},
  {"exit", os_exit},
  {"getenv", os_getenv},
  {"remove", os_remove},
  {"rename", os_rename},
  {"setlocale", os_setlocale},
  {"time", os_time},
  {"tmpname", os_tmpname},
  {NULL, NULL}
};

LUALIB_API int luaopen_os(lua_State *L) {
  luaL_register(L, LUA_OSLIBNAME, os_functions);
  return 1;
}
