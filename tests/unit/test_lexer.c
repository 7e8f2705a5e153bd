/* test_lexer.c -- text to tokens, however the text comes in pieces. */
#include "compiler/lexer.h"

#include <stdio.h>
#include <string.h>

#include "heap/throw.h"
#include "support/code.h"
#include "types/tstring.h"

typedef struct Pieces {
  const char *text;
  size_t left, size; /* bytes to come, bytes a piece */
} Pieces;

/* Collects before each piece: whatever the scanner holds must be on a root. */
static const char *next_piece(lua_State *L, void *data, size_t *size) {
  Pieces *p = data;
  const char *piece = p->text;
  lua_gc(L, LUA_GCCOLLECT, 0);
  *size = p->left < p->size ? p->left : p->size;
  p->text += *size;
  p->left -= *size;
  return *size > 0 ? piece : NULL;
}

typedef struct Scan {
  Pieces pieces;
  char out[4096]; /* the tokens as text */
} Scan;

static void show_token(Scan *scan, Lexer *lx) {
  char *end = scan->out + strlen(scan->out);
  size_t room = sizeof scan->out - strlen(scan->out);
  const Token *t = &lx->token;
  switch (t->kind) {
    case TK_NUMBER: snprintf(end, room, "%.17g@%d ", t->number, lx->line); break;
    case TK_NAME: snprintf(end, room, "name:%s@%d ", t->text->data, lx->line); break;
    case TK_STRING: {
      int n = snprintf(end, room, "string%u:", (unsigned)t->text->len);
      for (size_t i = 0; i < t->text->len; i++) { /* bytes that do not print as themselves */
        unsigned char c = (unsigned char)t->text->data[i];
        n += snprintf(end + n, room - (size_t)n, c < 32 || c > 126 ? "<%d>" : "%c", c);
      }
      snprintf(end + n, room - (size_t)n, "@%d ", lx->line);
      break;
    }
    default:
      if (t->kind > TK_FIRST) snprintf(end, room, "%s@%d ", lexer_kind_text(lx, t->kind), lx->line);
      else snprintf(end, room, "%c@%d ", t->kind, lx->line);
      break;
  }
}

static void scan_all(lua_State *L, void *ud) {
  Scan *scan = ud;
  Source source;
  Lexer lx;
  source_init(L, &source, next_piece, &scan->pieces);
  lexer_init(&lx, L, &source, "=test");
  do {
    lexer_next(&lx);
    show_token(scan, &lx);
  } while (lx.token.kind != TK_EOS);
  buf_free(L, &lx.buf);
}

static const CodeCase token_cases[] = {
    {"and break do", "and@1 break@1 do@1 <eof>@1 "},
    {"andy _x a1 A_", "name:andy@1 name:_x@1 name:a1@1 name:A_@1 <eof>@1 "},
    {"+ - * / % ^ #", "+@1 -@1 *@1 /@1 %@1 ^@1 #@1 <eof>@1 "},
    {"== ~= <= >= < > = ~", "==@1 ~=@1 <=@1 >=@1 <@1 >@1 =@1 ~@1 <eof>@1 "},
    {". .. ... ....", ".@1 ..@1 ...@1 ...@1 .@1 <eof>@1 "},
    {"(){}[];:,", "(@1 )@1 {@1 }@1 [@1 ]@1 ;@1 :@1 ,@1 <eof>@1 "},
    {"3 3.0 .5 3e2 0x10 0xA.8", "3@1 3@1 0.5@1 300@1 16@1 10@1 0.80000000000000004@1 <eof>@1 "},
    {"a.b a..b", "name:a@1 .@1 name:b@1 name:a@1 ..@1 name:b@1 <eof>@1 "},
    {"a\nb\r\nc\n\rd\re\n\nf", "name:a@1 name:b@2 name:c@3 name:d@4 name:e@5 name:f@7 <eof>@7 "},
    {"a -- c\nb --[[ x\ny ]] c --[==[ ]] ]==] d --[=x\ne",
     "name:a@1 name:b@2 name:c@3 name:d@3 name:e@4 <eof>@4 "},
    {"\"a\\n\\t\\65\\0659\\x\" 'b\"' \"\"", "string7:a<10><9>AA9x@1 string2:b\"@1 string0:@1 <eof>@1 "},
    {"'a\\\nb\\\r\nc\\'\\\\'", "string7:a<10>b<10>c'\\@3 <eof>@3 "},
    {"[[a\nb]] [==[]]]=]]==] [[\n\nx]] [[\r\ny\n\rz]]",
     "string3:a<10>b@2 string5:]]]=]@2 string2:<10>x@4 string3:y<10>z@6 <eof>@6 "},
    {"\\ \x01 @", "\\@1 \x01@1 @@1 <eof>@1 "},
};

/* The same tokens from one piece, and from pieces that end in the middle of each of them. */
static void tokens_are_the_same_however_the_text_is_cut(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  static const size_t sizes[] = {4096, 1, 2, 3, 7};
  for (size_t i = 0; i < ROWS(token_cases); i++) {
    for (size_t j = 0; j < ROWS(sizes); j++) {
      const char *text = token_cases[i].source;
      Scan scan = {.pieces = {text, strlen(text), sizes[j]}};
      assert_int_equal(throw_run(L, scan_all, &scan), 0);
      if (strcmp(scan.out, token_cases[i].expected) != 0)
        fail_msg("pieces of %zu: %s\n  expected: %s\n  found:    %s", sizes[j], text,
                 token_cases[i].expected, scan.out);
    }
  }
  lua_close(L);
}

static const CodeCase error_cases[] = {
    {"x = 3x", "test:1: malformed number near '3x'"},
    {"x = 0x", "test:1: malformed number near '0x'"},
    {"x = 1e", "test:1: malformed number near '1e'"},
    {"x = 1..2", "test:1: malformed number near '1..2'"},
    {"x = 5e5e5", "test:1: malformed number near '5e5e5'"},
    {"x = 'abc", "test:1: unfinished string near '<eof>'"},
    {"x = 'abc\n'", "test:1: unfinished string near ''abc'"},
    {"x = 'a\\065b\n'", "test:1: unfinished string near ''aAb'"},
    {"x = 'a\\", "test:1: unfinished string near '<eof>'"},
    {"\n x = [[abc\n", "test:3: unfinished long string near '<eof>'"},
    {"--[[abc\n", "test:2: unfinished long comment near '<eof>'"},
    {"x = [=abc", "test:1: invalid long string delimiter near '[='"},
    {"x = '\\300'", "test:1: escape sequence too large near '''"},
    {"x = [[a [[b]]", "test:1: nesting of [[...]] is deprecated near '['"},
    {"--[[a [[b]]", "test:1: nesting of [[...]] is deprecated near '['"},
    {"x = \x01", "test:1: unexpected symbol near 'char(1)'"},
    {"x = \xFF", "test:1: unexpected symbol near '\xFF'"},
    {"x = ?", "test:1: unexpected symbol near '?'"},
    {"x = 'a' 'b\\n'", "test:1: unexpected symbol near ''b\n''"},
    {"f 'a' x 5", "test:1: '=' expected near '5'"},
    {"f = 1 [==[\na\nb]==]", "test:3: unexpected symbol near '[==[a\nb]==]'"},
};

static void errors_show_the_token_as_far_as_it_was_read(void **unused) {
  (void)unused;
  code_is_refused(error_cases, ROWS(error_cases));
}

static void load_bytes(lua_State *L, const char *text, size_t len) {
  lua_settop(L, 0);
  luaL_loadbuffer(L, text, len, "=test");
}

/* The reference takes a NUL byte for one of the characters it looks for behind "." and numerals. */
static void nul_bytes_are_taken_where_the_reference_takes_them(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  load_bytes(L, "return 1\0+1", 11);
  assert_int_equal(lua_pcall(L, 0, 1, 0), 0);
  assert_number_is(lua_tonumber(L, -1), 1);
  load_bytes(L, "return 'a' .\0 'b'", 17);
  assert_int_equal(lua_pcall(L, 0, 1, 0), 0);
  assert_string_equal(lua_tostring(L, -1), "ab");
  load_bytes(L, "x=\0", 3);
  assert_string_equal(lua_tostring(L, -1), "test:1: unexpected symbol");
  load_bytes(L, "x='a\0b' 'a\0b'", 13);
  assert_string_equal(lua_tostring(L, -1), "test:1: unexpected symbol near ''a'");
  load_bytes(L, "return 'a\0b'", 12);
  assert_int_equal(lua_pcall(L, 0, 1, 0), 0);
  assert_int_equal(lua_objlen(L, -1), 3);
  lua_close(L);
}

static void a_long_chunk_name_is_cut_in_messages(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  char name[200];
  memset(name, 'n', sizeof name);
  name[0] = '=';
  name[sizeof name - 1] = '\0';
  assert_int_equal(luaL_loadbuffer(L, "x", 1, name), LUA_ERRSYNTAX);
  assert_int_equal(strchr(lua_tostring(L, -1), ':') - lua_tostring(L, -1), 79);
  lua_settop(L, 0);
  assert_int_equal(luaL_loadbuffer(L, "x\ny", 3, "x\ny"), LUA_ERRSYNTAX);
  assert_string_equal(lua_tostring(L, -1), "[string \"x...\"]:2: '=' expected near 'y'");
  lua_close(L);
}

static void reserved_words_are_marked_once(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  for (int i = 0; i < 3; i++) {
    code_of(L, "local andy = true and false");
    lua_settop(L, 0);
    lua_gc(L, LUA_GCCOLLECT, 0);
  }
  lua_pushliteral(L, "while"); /* a fixed string, whoever makes it */
  assert_int_equal(val_string(L->top[-1])->reserved, TK_WHILE - TK_FIRST);
  lua_pushliteral(L, "whilst");
  assert_int_equal(val_string(L->top[-1])->reserved, 0);
  lua_close(L);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tokens_are_the_same_however_the_text_is_cut),
      cmocka_unit_test(errors_show_the_token_as_far_as_it_was_read),
      cmocka_unit_test(nul_bytes_are_taken_where_the_reference_takes_them),
      cmocka_unit_test(a_long_chunk_name_is_cut_in_messages),
      cmocka_unit_test(reserved_words_are_marked_once),
  };
  return cmocka_run_group_tests_name("lexer", tests, NULL, NULL);
}
