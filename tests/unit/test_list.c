/* test_list.c -- the listing of luac -l, byte for byte. */
#include "chunk/list.h"

#include <stdlib.h>
#include <string.h>

#include "support/code.h"
#include "types/closure.h"
#include "types/state.h"

/* The listing of `source` with each address replaced by "@"; to be freed. */
static char *listing_of(lua_State *L, const char *source, bool full) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  list_function(code_of(L, source), full, out);
  fclose(out);
  char *to = text;
  for (const char *from = text; *from != '\0';) {
    if (strncmp(from, "0x", 2) == 0) {
      *to++ = '@';
      from += 2 + strspn(from + 2, "0123456789abcdef");
    } else {
      *to++ = *from++;
    }
  }
  *to = '\0';
  return text;
}

static void expect_listing(const char *source, bool full, const char *expected) {
  lua_State *L = test_state(NULL);
  char *text = listing_of(L, source, full);
  assert_string_equal(text, expected);
  free(text);
  lua_close(L);
}

static void operands_and_comments_are_luacs(void **unused) {
  (void)unused;
  expect_listing("local a = {} a.x = 1 + b % 2\nfor i = 1, 2 do a[i] = not -a end return a:m(...)", false,
                 "\nmain <test:0,0> (18 instructions, 72 bytes at @)\n"
                 "0+ params, 6 slots, 0 upvalues, 5 locals, 5 constants, 0 functions\n"
                 "\t1\t[1]\tNEWTABLE \t0 0 0\n"
                 "\t2\t[1]\tGETGLOBAL\t1 -2\t; b\n"
                 "\t3\t[1]\tMOD      \t1 1 -3\n"
                 "\t4\t[1]\tADD      \t1 -4 1\t; 1 -\n"
                 "\t5\t[1]\tSETTABLE \t0 -1 1\t; \"x\" -\n"
                 "\t6\t[2]\tLOADK    \t1 -4\t; 1\n"
                 "\t7\t[2]\tLOADK    \t2 -3\t; 2\n"
                 "\t8\t[2]\tLOADK    \t3 -4\t; 1\n"
                 "\t9\t[2]\tFORPREP  \t1 3\t; to 13\n"
                 "\t10\t[2]\tUNM      \t5 0\n"
                 "\t11\t[2]\tNOT      \t5 5\n"
                 "\t12\t[2]\tSETTABLE \t0 4 5\n"
                 "\t13\t[2]\tFORLOOP  \t1 -4\t; to 10\n"
                 "\t14\t[2]\tSELF     \t1 0 -5\t; \"m\"\n"
                 "\t15\t[2]\tVARARG   \t3 0\n"
                 "\t16\t[2]\tTAILCALL \t1 0 0\n"
                 "\t17\t[2]\tRETURN   \t1 0\n"
                 "\t18\t[2]\tRETURN   \t0 1\n");
}

static void the_full_listing_shows_constants_locals_and_upvalues(void **unused) {
  (void)unused;
  expect_listing("local a, b = nil == 0, '\"\\\\\\n\\0\\200y'\nreturn function(c) return a, b end", true,
                 "\nmain <test:0,0> (10 instructions, 40 bytes at @)\n"
                 "0+ params, 3 slots, 0 upvalues, 2 locals, 3 constants, 1 function\n"
                 "\t1\t[1]\tEQ       \t1 -1 -2\t; nil 0\n"
                 "\t2\t[1]\tJMP      \t1\t; to 4\n"
                 "\t3\t[1]\tLOADBOOL \t0 0 1\n"
                 "\t4\t[1]\tLOADBOOL \t0 1 0\n"
                 "\t5\t[1]\tLOADK    \t1 -3\t; \"\\\"\\\\\\n\\000\\200y\"\n"
                 "\t6\t[2]\tCLOSURE  \t2 0\t; @\n"
                 "\t7\t[2]\tMOVE     \t0 0\n"
                 "\t8\t[2]\tMOVE     \t0 1\n"
                 "\t9\t[2]\tRETURN   \t2 2\n"
                 "\t10\t[2]\tRETURN   \t0 1\n"
                 "constants (3) for @:\n"
                 "\t1\tnil\n"
                 "\t2\t0\n"
                 "\t3\t\"\\\"\\\\\\n\\000\\200y\"\n"
                 "locals (2) for @:\n"
                 "\t0\ta\t6\t10\n"
                 "\t1\tb\t6\t10\n"
                 "upvalues (0) for @:\n"
                 "\nfunction <test:2,2> (4 instructions, 16 bytes at @)\n"
                 "1 param, 3 slots, 2 upvalues, 1 local, 0 constants, 0 functions\n"
                 "\t1\t[2]\tGETUPVAL \t1 0\t; a\n"
                 "\t2\t[2]\tGETUPVAL \t2 1\t; b\n"
                 "\t3\t[2]\tRETURN   \t1 3\n"
                 "\t4\t[2]\tRETURN   \t0 1\n"
                 "constants (0) for @:\n"
                 "locals (1) for @:\n"
                 "\t0\tc\t1\t4\n"
                 "upvalues (2) for @:\n"
                 "\t0\ta\n"
                 "\t1\tb\n");
}

static void sources_are_shown_by_their_first_character(void **unused) {
  (void)unused;
  static const struct {
    const char *chunk, *shown;
  } rows[] = {{"@f.lua", "<f.lua:"}, {"=x", "<x:"}, {"return", "<(string):"}, {"\x1Bx", "<(bstring):"}};
  lua_State *L = test_state(NULL);
  for (size_t i = 0; i < ROWS(rows); i++) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(luaL_loadbuffer(L, "return", 6, rows[i].chunk), 0);
    list_function(val_lclosure(L->top[-1])->p, false, out);
    fclose(out);
    assert_non_null(strstr(text, rows[i].shown));
    free(text);
    lua_settop(L, 0);
  }
  lua_close(L);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(operands_and_comments_are_luacs),
      cmocka_unit_test(the_full_listing_shows_constants_locals_and_upvalues),
      cmocka_unit_test(sources_are_shown_by_their_first_character),
  };
  return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
