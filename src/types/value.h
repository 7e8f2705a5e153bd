/* value.h -- the representation of a Lua value, known to this file alone.
 *
 * A value is one 64-bit word.  Every double is itself.  All other values live where IEEE 754 has
 * only NaNs: the upper 17 bits are a tag, the lower 47 a payload.
 *
 *   0x0000... .. 0xFFF8 0000 0000 0000   numbers (the last one is the NaN that prints as -nan)
 *   0x1FFF1 << 47 | address              string          (kinds of GCObject: enum ObjectKind)
 *   0x1FFF2 << 47 | address              table
 *   0x1FFF3 << 47 | address              Lua function
 *   0x1FFF4 << 47 | address              C function
 *   0x1FFF5 << 47 | address              full userdata
 *   0x1FFF6 << 47 | address              thread
 *   0x1FFF7 << 47 | address              light userdata whose 64 bits do not fit in 47: an
 *                                        interned box (a TString of kind OBJ_BIGPTR)
 *   0x1FFFD << 47 | address              dead key: was collectable, never equal to any value
 *   0x1FFFE << 47 | address              light userdata below 2^47
 *   ~0, ~1, ~2                           nil, false, true
 *
 * Invariants:
 *   - only two NaN patterns are numbers: 0x7FF8... ("nan") and 0xFFF8... ("-nan"); the places that
 *     import foreign bits (undump, lua_pushnumber, text to number, pow) go through val_number();
 *   - equal bits mean rawequal values, except that a NaN differs from itself;
 *   - different bits mean different values, except for 0 and -0.
 * A boxed value read as a double is a NaN, so one "unordered" test on the result of an addition
 * tells that both operands were numbers: the fast paths of vm/handlers.inc rest on that.      */
#ifndef TYPES_VALUE_H
#define TYPES_VALUE_H

#include "base/check.h"
#include "include/lua.h"

typedef union TValue {
  uint64_t bits;
  lua_Number num;
} TValue;

typedef TValue *StkId; /* an address in the value stack of a thread */

/* A value inside a heap object.  It can only be written through heap/slot.h, so that no store
 * forgets the write barrier. */
typedef struct Slot {
  TValue v;
} Slot;

/* A pointer inside a heap object; written only through ref_set and ref_init of heap/slot.h. */
#define GCREF(T) struct { T *ref; }

/* Kinds of heap objects; GCObject.tt.  The first seven are also tags of values. */
enum ObjectKind {
  OBJ_STRING = 1,
  OBJ_TABLE = 2,
  OBJ_LCLOSURE = 3,
  OBJ_CCLOSURE = 4,
  OBJ_USERDATA = 5,
  OBJ_THREAD = 6,
  OBJ_BIGPTR = 7,
  OBJ_PROTO = 8,
  OBJ_UPVAL = 9
};

#define VAL_SHIFT 47
#define VAL_PAYLOAD ((UINT64_C(1) << VAL_SHIFT) - 1)
#define VAL_TAG(kind) ((UINT64_C(0x1FFF0) + (kind)) << VAL_SHIFT)
#define VAL_FIRST_TAGGED VAL_TAG(1) /* below: numbers */
#define VAL_DEAD_TAG VAL_TAG(13)
#define VAL_LIGHT_TAG VAL_TAG(14)

#define NIL_BITS (~UINT64_C(0))
#define FALSE_BITS (~UINT64_C(1))
#define TRUE_BITS (~UINT64_C(2))
#define NEG_NAN_BITS UINT64_C(0xFFF8000000000000) /* 0/0 on x86; prints "-nan" */
#define POS_NAN_BITS UINT64_C(0x7FF8000000000000)

#define VAL_NIL ((TValue){.bits = NIL_BITS})
#define VAL_FALSE ((TValue){.bits = FALSE_BITS})
#define VAL_TRUE ((TValue){.bits = TRUE_BITS})

typedef struct GCObject GCObject;
typedef struct TString TString;
typedef struct Table Table;
typedef struct LClosure LClosure;
typedef struct CClosure CClosure;
typedef struct Udata Udata;
typedef struct Proto Proto;
typedef struct UpVal UpVal;
typedef struct global_State global_State;

/* --- what a value is ------------------------------------------------------------------- */

static inline bool val_is_nil(TValue v) { return v.bits == NIL_BITS; }
static inline bool val_is_falsy(TValue v) { return v.bits >= FALSE_BITS; }
static inline bool val_is_boolean(TValue v) {
  return v.bits == FALSE_BITS || v.bits == TRUE_BITS;
}
static inline bool val_is_number(TValue v) { return v.bits < VAL_FIRST_TAGGED; }
static inline bool val_has_kind(TValue v, unsigned kind) {
  return (v.bits >> VAL_SHIFT) == 0x1FFF0 + kind;
}
static inline bool val_is_string(TValue v) { return val_has_kind(v, OBJ_STRING); }
static inline bool val_is_table(TValue v) { return val_has_kind(v, OBJ_TABLE); }
static inline bool val_is_lclosure(TValue v) { return val_has_kind(v, OBJ_LCLOSURE); }
static inline bool val_is_cclosure(TValue v) { return val_has_kind(v, OBJ_CCLOSURE); }
static inline bool val_is_function(TValue v) {
  return val_is_lclosure(v) || val_is_cclosure(v);
}
static inline bool val_is_userdata(TValue v) { return val_has_kind(v, OBJ_USERDATA); }
static inline bool val_is_thread(TValue v) { return val_has_kind(v, OBJ_THREAD); }
static inline bool val_is_bigptr(TValue v) { return val_has_kind(v, OBJ_BIGPTR); }
static inline bool val_is_light(TValue v) { return val_has_kind(v, 14) || val_is_bigptr(v); }
static inline bool val_is_dead_key(TValue v) { return val_has_kind(v, 13); }
static inline bool val_is_collectable(TValue v) {
  return v.bits - VAL_FIRST_TAGGED < VAL_TAG(8) - VAL_FIRST_TAGGED;
}
static inline bool val_same(TValue a, TValue b) { return a.bits == b.bits; }

/* The LUA_T... constant of a value. */
extern const int8_t val_type_by_tag[16];
static inline int val_type(TValue v) {
  if (val_is_number(v)) return LUA_TNUMBER;
  return val_is_nil(v) ? LUA_TNIL : val_type_by_tag[v.bits >> VAL_SHIFT & 15];
}

/* --- what is in it (the caller has tested the kind) ---------------------------------------- */

static inline GCObject *val_object(TValue v) {
  CHECK(val_is_collectable(v) || val_is_dead_key(v));
  return (GCObject *)(uintptr_t)(v.bits & VAL_PAYLOAD);
}
#define VAL_AS(T, kind, v) ((T *)(uintptr_t)((v).bits ^ VAL_TAG(kind)))
static inline lua_Number val_num(TValue v) { return v.num; }
static inline bool val_bool(TValue v) { return !val_is_falsy(v); }
static inline TString *val_string(TValue v) {
  CHECK(val_is_string(v));
  return VAL_AS(TString, OBJ_STRING, v);
}
static inline Table *val_table(TValue v) {
  CHECK(val_is_table(v));
  return VAL_AS(Table, OBJ_TABLE, v);
}
static inline LClosure *val_lclosure(TValue v) {
  CHECK(val_is_lclosure(v));
  return VAL_AS(LClosure, OBJ_LCLOSURE, v);
}
static inline CClosure *val_cclosure(TValue v) {
  CHECK(val_is_cclosure(v));
  return VAL_AS(CClosure, OBJ_CCLOSURE, v);
}
static inline Udata *val_udata(TValue v) {
  CHECK(val_is_userdata(v));
  return VAL_AS(Udata, OBJ_USERDATA, v);
}
static inline lua_State *val_thread(TValue v) {
  CHECK(val_is_thread(v));
  return VAL_AS(lua_State, OBJ_THREAD, v);
}
/* The pointer of a light userdata, all 64 bits of it. */
void *val_light(TValue v);

/* --- making one -------------------------------------------------------------------------- */

/* Any double, from anywhere: a foreign NaN becomes the canonical one of its sign. */
static inline TValue val_number(lua_Number n) {
  TValue v = {.num = n};
  if (unlikely(n != n)) v.bits = (v.bits >> 63) ? NEG_NAN_BITS : POS_NAN_BITS;
  return v;
}
/* A double that cannot be a foreign NaN: the result of arithmetic on Lua numbers. */
static inline TValue val_from_num(lua_Number n) { return (TValue){.num = n}; }
static inline TValue val_from_bool(bool b) { return b ? VAL_TRUE : VAL_FALSE; }
static inline TValue val_tagged(const void *p, unsigned kind) {
  return (TValue){.bits = VAL_TAG(kind) | (uint64_t)(uintptr_t)p};
}
static inline TValue val_from_string(const TString *s) { return val_tagged(s, OBJ_STRING); }
static inline TValue val_from_table(const Table *t) { return val_tagged(t, OBJ_TABLE); }
static inline TValue val_from_lclosure(const LClosure *f) { return val_tagged(f, OBJ_LCLOSURE); }
static inline TValue val_from_cclosure(const CClosure *f) { return val_tagged(f, OBJ_CCLOSURE); }
static inline TValue val_from_udata(const Udata *u) { return val_tagged(u, OBJ_USERDATA); }
static inline TValue val_from_thread(const lua_State *L) { return val_tagged(L, OBJ_THREAD); }
/* The value that holds object `o`, which is of a kind that values can be (not Proto, UpVal). */
TValue val_from_object(const GCObject *o);
/* What a key becomes when its object dies while the node keeps its place in a chain. */
static inline TValue val_dead_key(TValue v) {
  return (TValue){.bits = VAL_DEAD_TAG | (v.bits & VAL_PAYLOAD)};
}

static inline TValue slot_get(const Slot *s) { return s->v; }
static inline bool slot_is_nil(const Slot *s) { return s->v.bits == NIL_BITS; }

#endif
