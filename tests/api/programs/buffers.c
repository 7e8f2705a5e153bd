/* buffers.c -- luaL_Buffer around the size of its buffer, with values of the client on the stack in
 * between, pieces of all lengths and kinds, and macros that work on its fields (manual 4.1). */
#include "show.h"

/* A string whose every byte tells its place. */
static char pattern(size_t i) { return (char)('a' + (i * 7 + i / 26) % 26); }

/* Length, a sum over places, and both ends of the string on top, which goes. */
static void show_long(lua_State *L, const char *what) {
  size_t n, i;
  unsigned long sum = 0;
  const char *s = lua_tolstring(L, -1, &n);
  for (i = 0; i < n; i++) sum = (sum * 31 + (unsigned char)s[i]) % 1000000007UL;
  printf("%s: %lu bytes, sum %lu, ", what, (unsigned long)n, sum);
  show_bytes(s, n < 8 ? n : 8);
  printf(" .. ");
  show_bytes(s + (n < 8 ? 0 : n - 8), n < 8 ? n : 8);
  printf(" top %d\n", lua_gettop(L));
  lua_pop(L, 1);
}

static const size_t sizes[] = {0,
                               1,
                               LUAL_BUFFERSIZE - 1,
                               LUAL_BUFFERSIZE,
                               LUAL_BUFFERSIZE + 1,
                               2 * LUAL_BUFFERSIZE,
                               2 * LUAL_BUFFERSIZE + 1,
                               5 * LUAL_BUFFERSIZE + 3};

static void by_character(lua_State *L) {
  int k;
  for (k = 0; k < COUNT(sizes); k++) {
    luaL_Buffer b;
    size_t i;
    luaL_buffinit(L, &b);
    for (i = 0; i < sizes[k]; i++) luaL_addchar(&b, pattern(i));
    luaL_pushresult(&b);
    show_long(L, "addchar");
  }
}

static void by_pieces(lua_State *L) {
  static const size_t pieces[] = {1, 3, 100, 1000, LUAL_BUFFERSIZE - 1, LUAL_BUFFERSIZE, 10000};
  static char text[10000];
  size_t i;
  int k;
  for (i = 0; i < sizeof text; i++) text[i] = pattern(i);
  for (k = 0; k < COUNT(pieces); k++) {
    luaL_Buffer b;
    size_t done;
    luaL_buffinit(L, &b);
    for (done = 0; done < 60000; done += pieces[k]) luaL_addlstring(&b, text, pieces[k]);
    luaL_pushresult(&b);
    show_long(L, "addlstring");
  }
}

static void prepared(lua_State *L) {
  luaL_Buffer b;
  int k;
  luaL_buffinit(L, &b);
  for (k = 0; k < COUNT(sizes); k++) {
    size_t i, n = sizes[k] > LUAL_BUFFERSIZE ? LUAL_BUFFERSIZE : sizes[k];
    char *room = luaL_prepbuffer(&b);
    for (i = 0; i < n; i++) room[i] = pattern(i + (size_t)k);
    luaL_addsize(&b, n);
    luaL_addstring(&b, "|");
  }
  luaL_pushresult(&b);
  show_long(L, "prepbuffer");
}

static void values(lua_State *L) {
  luaL_Buffer b;
  char wide[LUAL_BUFFERSIZE + 10];
  int i;
  memset(wide, 'w', sizeof wide);
  luaL_buffinit(L, &b);
  for (i = 0; i < 50; i++) {
    lua_pushinteger(L, i);
    luaL_addvalue(&b);
    lua_pushnumber(L, i + 0.5);
    luaL_addvalue(&b);
    lua_pushlstring(L, wide, i % 7 == 0 ? sizeof wide : (size_t)i * 11);
    luaL_addvalue(&b);
    luaL_putchar(&b, ',');
  }
  lua_pushlstring(L, "\0", 1);
  luaL_addvalue(&b);
  lua_pushliteral(L, "");
  luaL_addvalue(&b);
  luaL_pushresult(&b);
  show_long(L, "addvalue");
}

/* The manual: between operations the buffer's own pieces lie on the stack, so a client keeps its
 * values below them and takes what it pushed away again. */
static void with_values_between(lua_State *L) {
  luaL_Buffer b;
  int i;
  lua_pushliteral(L, "below");
  luaL_buffinit(L, &b);
  for (i = 0; i < 3000; i++) {
    int top = lua_gettop(L);
    lua_newtable(L);
    lua_pushfstring(L, "%d;", i);
    luaL_addstring(&b, ""); /* adds nothing, so it may lie above them */
    lua_remove(L, -2);
    luaL_addvalue(&b);
    if (i % 500 == 0) {
      lua_gc(L, LUA_GCCOLLECT, 0);
      printf("%d pieces moved, bottom ", lua_gettop(L) - top >= 0);
      show_value(L, 1);
      printf("\n");
    }
  }
  luaL_pushresult(&b);
  show_long(L, "between");
  show_and_clear(L, "left");
}

static void two_at_once(lua_State *L) {
  lua_State *other = lua_newthread(L);
  luaL_Buffer a, b;
  int i;
  luaL_buffinit(L, &a);
  luaL_buffinit(other, &b);
  for (i = 0; i < 20000; i++) {
    luaL_addchar(&a, 'a' + i % 26);
    luaL_addchar(&b, 'A' + i % 26);
  }
  luaL_pushresult(&b);
  lua_xmove(other, L, 1);
  lua_insert(L, 1);
  luaL_pushresult(&a);
  show_long(L, "first");
  lua_settop(L, 1);
  show_long(L, "second");
}

static void many_pieces(lua_State *L) {
  luaL_Buffer b;
  int i, most = 0;
  char wide[LUAL_BUFFERSIZE];
  memset(wide, 'p', sizeof wide);
  luaL_buffinit(L, &b);
  for (i = 0; i < 300; i++) {
    luaL_addlstring(&b, wide, 1 + (size_t)(i * 37) % sizeof wide);
    if (lua_gettop(L) > most) most = lua_gettop(L);
  }
  luaL_pushresult(&b);
  printf("never more than 20 slots: %d\n", most <= LUA_MINSTACK);
  show_long(L, "many");
}

static int built_in_function(lua_State *L) {
  luaL_Buffer b;
  int i, n = lua_gettop(L);
  luaL_buffinit(L, &b);
  for (i = 1; i <= n; i++) {
    luaL_addlstring(&b, luaL_checkstring(L, i), lua_objlen(L, i));
    luaL_addchar(&b, '/');
  }
  luaL_pushresult(&b);
  return 1;
}

int main(void) {
  lua_State *L = new_state();
  section("character by character");
  by_character(L);
  section("piece by piece");
  by_pieces(L);
  section("prepared");
  prepared(L);
  section("values");
  values(L);
  section("with values between");
  with_values_between(L);
  section("two at once");
  two_at_once(L);
  section("many pieces");
  many_pieces(L);
  section("inside a function");
  lua_register(L, "join", built_in_function);
  show_run(L, "return join('a', 1, ('x'):rep(20), 2.5)");
  show_run(L, "return #join(('x'):rep(10000), ('y'):rep(8192), 'z')");
  show_run(L, "return join('a', {})");
  lua_close(L);
  return 0;
}
