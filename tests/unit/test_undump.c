/* test_undump.c -- bytes to Proto: nothing is believed, and nothing is lost. */
#include "chunk/undump.h"

#include <stdlib.h>
#include <string.h>

#include "chunk/format.h"
#include "heap/throw.h"
#include "support/code.h"
#include "support/sweep.h"
#include "types/tstring.h"

static const char program[] =
    "local a, b = 1.5, 'text' local function f(x, ...) local t = {nil, true, x, ...} "
    "return function() a = a + 1 return t, a, b end end for i = 1, 2 do f(i) end return f";

typedef struct Chunk {
  char data[4096];
  size_t len;
} Chunk;

static int write_chunk(lua_State *L, const void *block, size_t size, void *ud) {
  Chunk *chunk = ud;
  (void)L;
  memcpy(chunk->data + chunk->len, block, size);
  chunk->len += size;
  return 0;
}

static void dump_source(lua_State *L, const char *source, Chunk *chunk) {
  chunk->len = 0;
  code_of(L, source);
  lua_dump(L, write_chunk, chunk);
  lua_pop(L, 1);
}

/* A chunk by hand. */
static void put(Chunk *chunk, const void *bytes, size_t size) {
  if (size > 0) memcpy(chunk->data + chunk->len, bytes, size);
  chunk->len += size;
}
static void put_int(Chunk *chunk, int n) { put(chunk, &n, sizeof n); }
static void put_string(Chunk *chunk, const char *s) {
  size_t size = s != NULL ? strlen(s) + 1 : 0;
  put(chunk, &size, sizeof size);
  put(chunk, s, size);
}
static void put_header(Chunk *chunk) {
  chunk->len = CHUNK_HEADER_SIZE;
  chunk_header(chunk->data);
}
/* Up to the code, which is `n` instructions. */
static void put_function(Chunk *chunk, const Instruction *code, int n) {
  put_string(chunk, NULL);
  put_int(chunk, 0);
  put_int(chunk, 0);
  put(chunk, "\0\0\2\4", 4);
  put_int(chunk, n);
  put(chunk, code, (size_t)n * sizeof *code);
}

static int load(lua_State *L, const Chunk *chunk, const char *name) {
  lua_settop(L, 0);
  return luaL_loadbuffer(L, chunk->data, chunk->len, name);
}

static void expect_refusal(lua_State *L, const Chunk *chunk, const char *message) {
  assert_int_equal(load(L, chunk, "=test"), LUA_ERRSYNTAX);
  assert_string_equal(lua_tostring(L, -1), message);
}

static void a_chunk_cut_off_anywhere_ends_unexpectedly(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  Chunk chunk;
  dump_source(L, program, &chunk);
  size_t whole = chunk.len;
  for (chunk.len = 1; chunk.len < whole; chunk.len++)
    expect_refusal(L, &chunk, "test: unexpected end in precompiled chunk");
  chunk.len = whole;
  assert_int_equal(load(L, &chunk, "=test"), 0);
  chunk.len += 10; /* whatever follows is not looked at */
  assert_int_equal(load(L, &chunk, "=test"), 0);
  test_close(L, &heap);
}

static void every_byte_of_the_header_counts(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  Chunk chunk;
  dump_source(L, program, &chunk);
  for (int i = 1; i < CHUNK_HEADER_SIZE; i++) {
    chunk.data[i] ^= 1;
    expect_refusal(L, &chunk, "test: bad header in precompiled chunk");
    chunk.data[i] ^= 1;
  }
  lua_close(L);
}

static void messages_name_the_chunk(void **unused) {
  (void)unused;
  static const struct {
    const char *name, *message;
  } rows[] = {
      {"=x", "x: unexpected end in precompiled chunk"},
      {"@dir/x", "dir/x: unexpected end in precompiled chunk"},
      {"\x1BLua", "binary string: unexpected end in precompiled chunk"},
      {"x y", "x y: unexpected end in precompiled chunk"},
  };
  lua_State *L = test_state(NULL);
  Chunk chunk = {.data = "\x1BLua", .len = 4};
  for (size_t i = 0; i < ROWS(rows); i++) {
    assert_int_equal(load(L, &chunk, rows[i].name), LUA_ERRSYNTAX);
    assert_string_equal(lua_tostring(L, -1), rows[i].message);
  }
  lua_close(L);
}

typedef struct Pieces {
  const Chunk *chunk;
  size_t at, size;
  bool collect;
} Pieces;

static const char *next_piece(lua_State *L, void *data, size_t *size) {
  Pieces *p = data;
  const char *piece = p->chunk->data + p->at;
  size_t left = p->chunk->len - p->at;
  if (p->collect) lua_gc(L, LUA_GCCOLLECT, 0);
  *size = left < p->size ? left : p->size;
  p->at += *size;
  return piece;
}

/* ... and the reader collects before each of them. */
static void a_chunk_may_come_in_pieces_of_any_size(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  Chunk chunk, again;
  dump_source(L, program, &chunk);
  for (size_t size = 1; size < 40; size++) {
    Pieces pieces = {&chunk, 0, size, true};
    assert_int_equal(lua_load(L, next_piece, &pieces, "=test"), 0);
    again.len = 0;
    lua_dump(L, write_chunk, &again);
    assert_int_equal(again.len, chunk.len);
    assert_memory_equal(again.data, chunk.data, chunk.len);
    lua_settop(L, 0);
  }
  lua_close(L);
}

static Chunk swept;

static int undump_swept(lua_State *L) {
  Pieces pieces = {&swept, 0, 7, false};
  if (lua_load(L, next_piece, &pieces, "=test") == LUA_ERRMEM) throw_memory(L);
  return 0;
}

static void loading_survives_every_allocation_failure(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  dump_source(L, program, &swept);
  lua_close(L);
  sweep_allocations(undump_swept, false);
}

/* Counts of 2^31 - 1 in small chunks: what is asked for follows what has come. */
static void counts_that_the_chunk_cannot_hold_take_no_memory(void **unused) {
  (void)unused;
  static const Instruction code[] = {(Instruction)OP_RETURN | 1u << 23};
  for (int field = 0; field < 7; field++) {
    TestHeap heap = {0};
    lua_State *L = test_state(&heap);
    Chunk chunk;
    put_header(&chunk);
    put_function(&chunk, code, field == 0 ? 0 : 1);
    if (field == 0) chunk.len -= sizeof(int);
    for (int i = 1; i < (field == 6 ? 4 : field); i++) put_int(&chunk, 0);
    if (field == 6) { /* the name of a variable, of 2^40 bytes */
      size_t huge = (size_t)1 << 40;
      put_int(&chunk, 1);
      put(&chunk, &huge, sizeof huge);
    } else {
      put_int(&chunk, 0x7FFFFFFF);
    }
    size_t before = heap.live_bytes;
    expect_refusal(L, &chunk, "test: unexpected end in precompiled chunk");
    assert_true(heap.peak_bytes - before < 32768);
    test_close(L, &heap);
  }
}

static void negative_counts_and_unknown_tags_are_refused(void **unused) {
  (void)unused;
  static const Instruction code[] = {(Instruction)OP_RETURN | 1u << 23};
  lua_State *L = test_state(NULL);
  Chunk chunk;
  put_header(&chunk);
  put_function(&chunk, code, 1);
  size_t start = chunk.len;
  for (int field = 0; field < 5; field++) {
    chunk.len = start;
    for (int i = 0; i < field; i++) put_int(&chunk, 0);
    put_int(&chunk, -1);
    expect_refusal(L, &chunk, "test: bad integer in precompiled chunk");
  }
  for (int tag = 0; tag < 256; tag++) {
    chunk.len = start;
    put_int(&chunk, 1);
    chunk.data[chunk.len++] = (char)tag;
    bool known = tag == LUA_TNIL || tag == LUA_TBOOLEAN || tag == LUA_TNUMBER || tag == LUA_TSTRING;
    expect_refusal(L, &chunk, known ? "test: unexpected end in precompiled chunk"
                                    : "test: bad constant in precompiled chunk");
  }
  lua_close(L);
}

/* The reference takes a string that is not there for a constant, and crashes when it is used. */
static void a_constant_that_is_no_string_is_refused(void **unused) {
  (void)unused;
  static const Instruction code[] = {OP_GETGLOBAL, (Instruction)OP_RETURN | 1u << 23};
  lua_State *L = test_state(NULL);
  Chunk chunk;
  put_header(&chunk);
  put_function(&chunk, code, 2);
  put_int(&chunk, 1);
  put(&chunk, "\4", 1);
  put_string(&chunk, NULL);
  for (int i = 0; i < 4; i++) put_int(&chunk, 0);
  expect_refusal(L, &chunk, "test: bad constant in precompiled chunk");
  lua_close(L);
}

/* The function of a chunk with one upvalue, one variable and `nlocals` more of them, all nameless. */
static const Proto *load_nameless(lua_State *L, int nlocals, int endpc) {
  static const Instruction code[] = {(Instruction)OP_RETURN | 1u << 23};
  static Chunk chunk;
  put_header(&chunk);
  put_function(&chunk, code, 1);
  chunk.data[CHUNK_HEADER_SIZE + 16] = 1; /* upvalues */
  for (int i = 0; i < 3; i++) put_int(&chunk, 0);
  put_int(&chunk, nlocals);
  for (int i = 0; i < nlocals; i++) {
    put_string(&chunk, NULL);
    put_int(&chunk, 0);
    put_int(&chunk, endpc);
  }
  put_int(&chunk, 1);
  put_string(&chunk, NULL);
  assert_int_equal(load(L, &chunk, "=test"), 0);
  return val_lclosure(L->top[-1])->p;
}

static void names_that_are_not_there_are_question_marks(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  const Proto *p = load_nameless(L, 1, 1);
  assert_string_equal(p->locvars[0].name.ref->data, "?");
  assert_string_equal(p->upvalue_names[0].ref->data, "?");
  assert_string_equal(lua_getupvalue(L, -1, 1), "?");
  assert_string_equal(p->source.ref->data, "=?");
  lua_close(L);
}

/* debug.setlocal would write beyond the stack. */
static void local_variables_that_cannot_be_are_forgotten(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  assert_int_equal(load_nameless(L, 4, 1)->size_locvars, 4);
  assert_int_equal(load_nameless(L, 5, 1)->size_locvars, 0); /* of a function with 4 registers */
  assert_int_equal(load_nameless(L, 100, 0)->size_locvars, 100);
  assert_int_equal(load_nameless(L, 1, 2)->size_locvars, 0); /* beyond the code */
  lua_close(L);
}

/* A NaN from outside could be taken for any other value. */
static void nans_become_ours(void **unused) {
  (void)unused;
  static const Instruction code[] = {OP_LOADK, (Instruction)OP_RETURN | 2u << 23};
  static const uint64_t patterns[] = {0x7FF0000000000001u, 0x7FFFFFFFFFFFFFFFu, 0xFFFFFFFFFFFFFFFFu,
                                      0xFFF8800000000010u, 0xFFFFFFFFFFFFFFFDu};
  lua_State *L = test_state(NULL);
  for (size_t i = 0; i < ROWS(patterns); i++) {
    Chunk chunk;
    put_header(&chunk);
    put_function(&chunk, code, 2);
    put_int(&chunk, 1);
    put(&chunk, "\3", 1);
    put(&chunk, &patterns[i], 8);
    for (int j = 0; j < 4; j++) put_int(&chunk, 0);
    assert_int_equal(load(L, &chunk, "=test"), 0);
    assert_int_equal(lua_pcall(L, 0, 1, 0), 0);
    assert_int_equal(lua_type(L, -1), LUA_TNUMBER);
    assert_true(lua_tonumber(L, -1) != lua_tonumber(L, -1));
  }
  lua_close(L);
}

static void nesting_is_limited(void **unused) {
  (void)unused;
  static const Instruction code[] = {(Instruction)OP_RETURN | 1u << 23};
  lua_State *L = test_state(NULL);
  size_t size = 210 * 64 + CHUNK_HEADER_SIZE;
  char *data = malloc(size);
  Chunk chunk;
  put_header(&chunk);
  memcpy(data, chunk.data, chunk.len);
  size_t len = chunk.len;
  for (int i = 0; i < 210; i++) { /* each function announces one more */
    chunk.len = 0;
    put_function(&chunk, code, 1);
    put_int(&chunk, 0);
    put_int(&chunk, 1);
    memcpy(data + len, chunk.data, chunk.len);
    len += chunk.len;
  }
  assert_int_equal(luaL_loadbuffer(L, data, len, "=test"), LUA_ERRSYNTAX);
  assert_string_equal(lua_tostring(L, -1), "test: code too deep in precompiled chunk");
  free(data);
  lua_close(L);
}

static void bad_code_is_refused_in_inner_functions_too(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  Chunk chunk;
  dump_source(L, "return function() return 1 end", &chunk);
  int nreturns = 0;
  for (size_t i = chunk.len - 4; i > CHUNK_HEADER_SIZE; i--) {
    Instruction word;
    memcpy(&word, chunk.data + i, sizeof word);
    if (word != instr_abc(OP_RETURN, 0, 2, 0)) continue;
    nreturns++;
    chunk.data[i] = 63; /* no opcode */
    expect_refusal(L, &chunk, "test: bad code in precompiled chunk");
    memcpy(chunk.data + i, &word, sizeof word);
  }
  assert_int_equal(nreturns, 2);
  lua_close(L);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_chunk_cut_off_anywhere_ends_unexpectedly),
      cmocka_unit_test(every_byte_of_the_header_counts),
      cmocka_unit_test(messages_name_the_chunk),
      cmocka_unit_test(a_chunk_may_come_in_pieces_of_any_size),
      cmocka_unit_test(loading_survives_every_allocation_failure),
      cmocka_unit_test(counts_that_the_chunk_cannot_hold_take_no_memory),
      cmocka_unit_test(negative_counts_and_unknown_tags_are_refused),
      cmocka_unit_test(a_constant_that_is_no_string_is_refused),
      cmocka_unit_test(names_that_are_not_there_are_question_marks),
      cmocka_unit_test(local_variables_that_cannot_be_are_forgotten),
      cmocka_unit_test(nans_become_ours),
      cmocka_unit_test(nesting_is_limited),
      cmocka_unit_test(bad_code_is_refused_in_inner_functions_too),
  };
  return cmocka_run_group_tests_name("undump", tests, NULL, NULL);
}
