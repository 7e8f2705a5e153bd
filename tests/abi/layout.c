/* layout.c -- prints every size, offset and constant of the public headers that a client compiles
 * into itself. Compiled once with Debian's headers and once with ours; the outputs must be equal.
 */
#include <stddef.h>
#include <stdio.h>

#include <lua.h>

#include <lauxlib.h>
#include <lualib.h>

#define SIZE(type) printf("sizeof " #type " %d\n", (int)sizeof(type))
#define AT(type, field) \
  printf(#type "." #field " %d %d\n", (int)offsetof(type, field), (int)sizeof(((type *)0)->field))
#define NUMBER(name) printf(#name " %.17g\n", (double)(name))
#define TEXT(name) printf(#name " \"%s\"\n", name)
#define SPELT(macro) printf(#macro " = %s\n", TEXT_OF(macro))
#define TEXT_OF(macro) TEXT_OF_(macro)
#define TEXT_OF_(expansion) #expansion

extern const char lua_ident[]; /* exported, but in no header */

static void print_layouts(void) {
  SIZE(lua_Integer);
  SIZE(lua_Number);
  SIZE(lua_Debug);
  SIZE(luaL_Buffer);
  SIZE(luaL_Reg);
  SIZE(lua_CFunction);
  SIZE(lua_Alloc);
  SIZE(lua_Reader);
  SIZE(lua_Writer);
  SIZE(lua_Hook);
  AT(lua_Debug, event);
  AT(lua_Debug, name);
  AT(lua_Debug, namewhat);
  AT(lua_Debug, what);
  AT(lua_Debug, source);
  AT(lua_Debug, currentline);
  AT(lua_Debug, nups);
  AT(lua_Debug, linedefined);
  AT(lua_Debug, lastlinedefined);
  AT(lua_Debug, short_src);
  AT(lua_Debug, i_ci);
  AT(luaL_Buffer, p);
  AT(luaL_Buffer, lvl);
  AT(luaL_Buffer, L);
  AT(luaL_Buffer, buffer);
  AT(luaL_Reg, name);
  AT(luaL_Reg, func);
}

static void print_numbers(void) {
  NUMBER(LUAL_BUFFERSIZE);
  NUMBER(LUA_IDSIZE);
  NUMBER(LUAI_MAXCSTACK);
  NUMBER(LUAI_MAXCALLS);
  NUMBER(LUAI_MAXCCALLS);
  NUMBER(LUAI_MAXVARS);
  NUMBER(LUAI_MAXUPVALUES);
  NUMBER(LUA_MINSTACK);
  NUMBER(LUA_MAXCAPTURES);
  NUMBER(LUA_REGISTRYINDEX);
  NUMBER(LUA_ENVIRONINDEX);
  NUMBER(LUA_GLOBALSINDEX);
  NUMBER(LUA_MULTRET);
  NUMBER(lua_upvalueindex(1));
  NUMBER(lua_upvalueindex(255));
  NUMBER(LUA_YIELD);
  NUMBER(LUA_ERRRUN);
  NUMBER(LUA_ERRSYNTAX);
  NUMBER(LUA_ERRMEM);
  NUMBER(LUA_ERRERR);
  NUMBER(LUA_ERRFILE);
  NUMBER(LUA_TNONE);
  NUMBER(LUA_TNIL);
  NUMBER(LUA_TBOOLEAN);
  NUMBER(LUA_TLIGHTUSERDATA);
  NUMBER(LUA_TNUMBER);
  NUMBER(LUA_TSTRING);
  NUMBER(LUA_TTABLE);
  NUMBER(LUA_TFUNCTION);
  NUMBER(LUA_TUSERDATA);
  NUMBER(LUA_TTHREAD);
  NUMBER(LUA_GCSTOP);
  NUMBER(LUA_GCRESTART);
  NUMBER(LUA_GCCOLLECT);
  NUMBER(LUA_GCCOUNT);
  NUMBER(LUA_GCCOUNTB);
  NUMBER(LUA_GCSTEP);
  NUMBER(LUA_GCSETPAUSE);
  NUMBER(LUA_GCSETSTEPMUL);
  NUMBER(LUAI_GCPAUSE);
  NUMBER(LUAI_GCMUL);
  NUMBER(LUA_HOOKCALL);
  NUMBER(LUA_HOOKRET);
  NUMBER(LUA_HOOKLINE);
  NUMBER(LUA_HOOKCOUNT);
  NUMBER(LUA_HOOKTAILRET);
  NUMBER(LUA_MASKCALL);
  NUMBER(LUA_MASKRET);
  NUMBER(LUA_MASKLINE);
  NUMBER(LUA_MASKCOUNT);
  NUMBER(LUA_NOREF);
  NUMBER(LUA_REFNIL);
  NUMBER(LUA_VERSION_NUM);
  NUMBER(LUA_COMPAT_LSTR);
}

static void print_texts(void) {
  TEXT(LUA_VERSION);
  TEXT(LUA_RELEASE);
  TEXT(LUA_COPYRIGHT);
  TEXT(LUA_AUTHORS);
  TEXT(LUA_SIGNATURE);
  TEXT(LUA_FILEHANDLE);
  TEXT(LUA_NUMBER_FMT);
  TEXT(LUA_NUMBER_SCAN);
  TEXT(LUA_PATHSEP);
  TEXT(LUA_PATH_MARK);
  TEXT(LUA_EXECDIR);
  TEXT(LUA_IGMARK);
  TEXT(LUA_DIRSEP);
  TEXT(LUA_PATH);
  TEXT(LUA_CPATH);
  TEXT(LUA_INIT);
  TEXT(LUA_PATH_DEFAULT);
  TEXT(LUA_CPATH_DEFAULT);
  TEXT(LUA_COLIBNAME);
  TEXT(LUA_TABLIBNAME);
  TEXT(LUA_IOLIBNAME);
  TEXT(LUA_OSLIBNAME);
  TEXT(LUA_STRLIBNAME);
  TEXT(LUA_MATHLIBNAME);
  TEXT(LUA_DBLIBNAME);
  TEXT(LUA_LOADLIBNAME);
  TEXT(LUA_INTFRMLEN);
  TEXT(LUA_QL("x"));
  TEXT(LUA_QS);
  SPELT(LUA_INTEGER);
  SPELT(LUA_NUMBER);
  SPELT(LUA_INTFRM_T);
  printf("lua_ident %.12s\n", lua_ident);
}

int main(void) {
  print_layouts();
  print_numbers();
  print_texts();
  return 0;
}
