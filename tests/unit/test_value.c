/* test_value.c -- every value is one word, of exactly one kind, and two NaNs are all there are. */
#include "types/value.h"

#include <math.h>
#include <string.h>

#include "object/str.h"
#include "object/tab.h"
#include "support/harness.h"

static double from_bits(uint64_t bits) {
  double n;
  memcpy(&n, &bits, sizeof n);
  return n;
}

static void every_number_is_its_own_bits(void **unused) {
  (void)unused;
  static const uint64_t rows[] = {
    0,                             /* 0 */
    UINT64_C(0x8000000000000000),  /* -0 */
    1,                             /* the smallest denormal */
    UINT64_C(0x000FFFFFFFFFFFFF),  /* the largest */
    UINT64_C(0x3FF0000000000000),  /* 1 */
    UINT64_C(0x7FEFFFFFFFFFFFFF),  /* the largest number */
    UINT64_C(0x7FF0000000000000),  /* inf */
    UINT64_C(0xFFEFFFFFFFFFFFFF),  /* the most negative number */
    UINT64_C(0xFFF0000000000000),  /* -inf */
    POS_NAN_BITS,
    NEG_NAN_BITS,
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    const TValue v = val_number(from_bits(rows[i]));
    assert_int_equal(v.bits, rows[i]);
    assert_true(val_is_number(v));
    assert_int_equal(val_type(v), LUA_TNUMBER);
    assert_false(val_is_nil(v) || val_is_boolean(v) || val_is_collectable(v) || val_is_light(v));
    assert_false(val_is_falsy(v));
  }
}

/* Any of these bit patterns would be a forged object if it got into a value. */
static void foreign_nans_become_the_canonical_one_of_their_sign(void **unused) {
  (void)unused;
  static const struct {
    uint64_t bits, expected;
  } rows[] = {
    {UINT64_C(0x7FF0000000000001), POS_NAN_BITS}, {UINT64_C(0x7FF8000000000001), POS_NAN_BITS},
    {UINT64_C(0x7FFFFFFFFFFFFFFF), POS_NAN_BITS}, {UINT64_C(0xFFF0000000000001), NEG_NAN_BITS},
    {UINT64_C(0xFFF8000000000001), NEG_NAN_BITS}, {UINT64_C(0xFFF9000000001000), NEG_NAN_BITS},
    {NIL_BITS, NEG_NAN_BITS},                     {TRUE_BITS, NEG_NAN_BITS},
    {VAL_TAG(OBJ_TABLE) | 0x1000, NEG_NAN_BITS},  {VAL_FIRST_TAGGED, NEG_NAN_BITS},
  };
  for (size_t i = 0; i < ROWS(rows); i++)
    assert_int_equal(val_number(from_bits(rows[i].bits)).bits, rows[i].expected);
}

static void arithmetic_on_canonical_nans_stays_canonical(void **unused) {
  (void)unused;
  const volatile double zero = 0, inf = INFINITY;
  const double results[] = {zero / zero,
                            -(zero / zero),
                            inf - inf,
                            inf * zero,
                            zero / zero + 1,
                            1 - from_bits(POS_NAN_BITS),
                            from_bits(NEG_NAN_BITS) + from_bits(POS_NAN_BITS),
                            fmod(inf, 1),
                            floor(from_bits(POS_NAN_BITS)),
                            -from_bits(POS_NAN_BITS)};
  for (size_t i = 0; i < ROWS(results); i++) {
    const uint64_t bits = val_from_num(results[i]).bits;
    assert_true(bits == POS_NAN_BITS || bits == NEG_NAN_BITS);
  }
}

/* What the value of each kind answers to, by bit. */
enum {
  IS_NIL = 1, IS_FALSY = 2, IS_BOOLEAN = 4, IS_NUMBER = 8, IS_STRING = 16, IS_TABLE = 32,
  IS_LCLOSURE = 64, IS_CCLOSURE = 128, IS_FUNCTION = 256, IS_USERDATA = 512, IS_THREAD = 1024,
  IS_BIGPTR = 2048, IS_LIGHT = 4096, IS_DEAD = 8192, IS_COLLECTABLE = 16384
};

static unsigned answers(TValue v) {
  return (val_is_nil(v) ? IS_NIL : 0) | (val_is_falsy(v) ? IS_FALSY : 0) |
         (val_is_boolean(v) ? IS_BOOLEAN : 0) | (val_is_number(v) ? IS_NUMBER : 0) |
         (val_is_string(v) ? IS_STRING : 0) | (val_is_table(v) ? IS_TABLE : 0) |
         (val_is_lclosure(v) ? IS_LCLOSURE : 0) | (val_is_cclosure(v) ? IS_CCLOSURE : 0) |
         (val_is_function(v) ? IS_FUNCTION : 0) | (val_is_userdata(v) ? IS_USERDATA : 0) |
         (val_is_thread(v) ? IS_THREAD : 0) | (val_is_bigptr(v) ? IS_BIGPTR : 0) |
         (val_is_light(v) ? IS_LIGHT : 0) | (val_is_dead_key(v) ? IS_DEAD : 0) |
         (val_is_collectable(v) ? IS_COLLECTABLE : 0);
}

static void every_kind_answers_to_its_own_tests_only(void **unused) {
  (void)unused;
  static const uint64_t addresses[] = {16, UINT64_C(0x7FFFFFFFFFF0)};
  assert_int_equal(answers(VAL_NIL), IS_NIL | IS_FALSY);
  assert_int_equal(answers(VAL_FALSE), IS_BOOLEAN | IS_FALSY);
  assert_int_equal(answers(VAL_TRUE), IS_BOOLEAN);
  assert_int_equal(answers(val_from_num(-1.5)), IS_NUMBER);
  for (size_t i = 0; i < ROWS(addresses); i++) {
    const struct {
      unsigned kind, expected;
    } rows[] = {
      {OBJ_STRING, IS_STRING | IS_COLLECTABLE},
      {OBJ_TABLE, IS_TABLE | IS_COLLECTABLE},
      {OBJ_LCLOSURE, IS_LCLOSURE | IS_FUNCTION | IS_COLLECTABLE},
      {OBJ_CCLOSURE, IS_CCLOSURE | IS_FUNCTION | IS_COLLECTABLE},
      {OBJ_USERDATA, IS_USERDATA | IS_COLLECTABLE},
      {OBJ_THREAD, IS_THREAD | IS_COLLECTABLE},
      {OBJ_BIGPTR, IS_BIGPTR | IS_LIGHT | IS_COLLECTABLE},
      {13, IS_DEAD},
      {14, IS_LIGHT},
    };
    const void *p = (const void *)(uintptr_t)addresses[i];
    for (size_t k = 0; k < ROWS(rows); k++) {
      const TValue v = val_tagged(p, rows[k].kind);
      assert_int_equal(answers(v), rows[k].expected);
      assert_true(v.num != v.num); /* read as a double it is a NaN: arithmetic relies on it */
      assert_int_equal(v.bits & VAL_PAYLOAD, addresses[i]);
      if (rows[k].expected & IS_COLLECTABLE) assert_ptr_equal(val_object(v), p);
    }
  }
}

static void types_are_those_of_the_api(void **unused) {
  (void)unused;
  const struct {
    TValue v;
    int type;
  } rows[] = {
    {VAL_NIL, LUA_TNIL},
    {VAL_FALSE, LUA_TBOOLEAN},
    {VAL_TRUE, LUA_TBOOLEAN},
    {val_from_num(0), LUA_TNUMBER},
    {val_number(NAN), LUA_TNUMBER},
    {val_number(-INFINITY), LUA_TNUMBER},
    {val_tagged((void *)16, OBJ_STRING), LUA_TSTRING},
    {val_tagged((void *)16, OBJ_TABLE), LUA_TTABLE},
    {val_tagged((void *)16, OBJ_LCLOSURE), LUA_TFUNCTION},
    {val_tagged((void *)16, OBJ_CCLOSURE), LUA_TFUNCTION},
    {val_tagged((void *)16, OBJ_USERDATA), LUA_TUSERDATA},
    {val_tagged((void *)16, OBJ_THREAD), LUA_TTHREAD},
    {val_tagged((void *)16, OBJ_BIGPTR), LUA_TLIGHTUSERDATA},
    {val_tagged(NULL, 14), LUA_TLIGHTUSERDATA},
  };
  for (size_t i = 0; i < ROWS(rows); i++) assert_int_equal(val_type(rows[i].v), rows[i].type);
}

static void a_dead_key_keeps_its_address_and_equals_nothing(void **unused) {
  (void)unused;
  const TValue key = val_tagged((void *)0x1230, OBJ_TABLE), dead = val_dead_key(key);
  assert_true(val_is_dead_key(dead));
  assert_ptr_equal(val_object(dead), (void *)0x1230);
  assert_false(val_same(dead, key));
  assert_false(val_is_collectable(dead));
}

static const uint64_t pointers[] = {
  0, 1, 8, UINT64_C(0x7FFFFFFFFFFF), UINT64_C(0x800000000000), UINT64_C(0x7FFFFFFFFFFFFFFF),
  UINT64_C(0xFFFF800000000000), UINT64_C(0xFFFFFFFFFFFFFFFF),
};

static void a_light_userdata_holds_all_64_bits(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  for (size_t i = 0; i < ROWS(pointers); i++) {
    void *p = (void *)(uintptr_t)pointers[i];
    const TValue v = str_light(L, p);
    assert_int_equal(val_type(v), LUA_TLIGHTUSERDATA);
    assert_ptr_equal(val_light(v), p);
    assert_int_equal(val_is_bigptr(v), pointers[i] >> 47 != 0);
    assert_int_equal(str_light(L, p).bits, v.bits); /* equal pointers are equal values */
  }
  test_close(L, &heap);
}

static void wide_pointers_are_keys_like_others(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_newtable(L);
  for (size_t i = 0; i < ROWS(pointers); i++) {
    lua_pushlightuserdata(L, (void *)(uintptr_t)pointers[i]);
    lua_pushinteger(L, (int)i);
    lua_rawset(L, 1);
  }
  lua_gc(L, LUA_GCCOLLECT, 0);
  for (size_t i = 0; i < ROWS(pointers); i++) {
    lua_pushlightuserdata(L, (void *)(uintptr_t)pointers[i]);
    assert_int_equal(lua_type(L, -1), LUA_TLIGHTUSERDATA);
    assert_ptr_equal(lua_touserdata(L, -1), (void *)(uintptr_t)pointers[i]);
    lua_rawget(L, 1);
    assert_int_equal(lua_tointeger(L, -1), (int)i);
    lua_pop(L, 1);
  }
  test_close(L, &heap);
}

/* The eight bytes of a wide pointer are text of some string as well. */
static void a_wide_pointer_is_not_the_string_of_its_bytes(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  void *p = (void *)(uintptr_t)UINT64_C(0xFFFF800000001234);
  char text[sizeof p];
  memcpy(text, &p, sizeof p);
  const TValue light = str_light(L, p);
  const TString *s = str_intern(L, text, sizeof text);
  assert_ptr_not_equal(val_object(light), s);
  assert_int_equal(s->tt, OBJ_STRING);
  assert_false(val_same(light, val_from_string(s)));
  test_close(L, &heap);
}

static void not_a_number_keeps_its_sign_through_a_program(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_expect(L, "tostring(0/0), tostring(-(0/0)), tostring(1e999 - 1e999)", "-nan nan -nan");
  lua_pushnumber(L, from_bits(UINT64_C(0x7FF0000000000123)));
  assert_int_equal(lua_type(L, -1), LUA_TNUMBER);
  assert_string_equal(lua_tostring(L, -1), "nan");
  test_close(L, &heap);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_number_is_its_own_bits),
    cmocka_unit_test(foreign_nans_become_the_canonical_one_of_their_sign),
    cmocka_unit_test(arithmetic_on_canonical_nans_stays_canonical),
    cmocka_unit_test(every_kind_answers_to_its_own_tests_only),
    cmocka_unit_test(types_are_those_of_the_api),
    cmocka_unit_test(a_dead_key_keeps_its_address_and_equals_nothing),
    cmocka_unit_test(a_light_userdata_holds_all_64_bits),
    cmocka_unit_test(wide_pointers_are_keys_like_others),
    cmocka_unit_test(a_wide_pointer_is_not_the_string_of_its_bytes),
    cmocka_unit_test(not_a_number_keeps_its_sign_through_a_program),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
