/* tabsort.c -- table.sort (manual 5.5).
 *
 * A comparison function can watch the sort: the sequence of its calls, what the table
 * holds at each of them, and what an inconsistent one leads to are visible.  So the
 * algorithm is part of the interface: quicksort on the median of the first, middle and
 * last element, which waits in the last place but one while both sides are scanned;
 * the smaller part comes first.
 *
 * Lists of numbers only, or of strings only, without a comparison function, have no one
 * to watch: they are sorted by the same steps in an array of C. */
#include "tabsort.h"

#include <stdint.h>
#include <string.h>

#include "clocale.h"
#include "lauxlib.h"
#include "lua_limits.h"

/* Halving twice 2^31 elements leaves none: the larger parts that wait are few. */
#define MAX_WAITING 32

typedef struct Range {
  int lo, hi;   /* inclusive */
} Range;

/* Splits `r` after its median came to rest at `i`: `r` becomes the smaller part, the
 * result is the other. */
static Range split(Range *r, int i) {
  Range left = {r->lo, i - 1}, right = {i + 1, r->hi};
  int left_first = i - r->lo < r->hi - i;
  *r = left_first ? left : right;
  return left_first ? right : left;
}

/* Ranges below this size are paid for by the call as a whole. */
#define PAID_RANGE 32

/* Comparing `n` elements, at `price` each, is work. */
static inline void charge_range(lua_State *L, int n, size_t price) {
  if (n >= PAID_RANGE || price > 1) plx_charge(L, (size_t)n * price);
}

/* ---- In a C array -------------------------------------------------------------- */

/* Elements above this number are sorted in place, to keep the extra memory small. */
#define MAX_ARRAY (1 << 21)

typedef int (*ArrayLess)(const void *array, int i, int j);
typedef void (*ArraySwap)(void *array, int i, int j);

/* Sorts elements 0..n-1.  Neither scan can leave its range, even if the order makes no
 * sense (NaN): the right neighbour of the scanned part is the median itself, and the
 * median was found to be not below the first element.  Inlined, so that the two
 * functions are, too. */
static inline __attribute__((always_inline))
void sort_array(lua_State *L, void *a, int n, size_t price, ArrayLess less, ArraySwap swap) {
  Range waiting[MAX_WAITING];
  int nwaiting = 0;
  Range r = {0, n - 1};
  for (;;) {
    while (r.lo < r.hi) {
      int lo = r.lo, hi = r.hi, mid = lo + (hi - lo) / 2;
      if (less(a, hi, lo)) swap(a, hi, lo);
      if (hi - lo == 1) break;
      if (less(a, mid, lo)) swap(a, mid, lo);
      else if (less(a, hi, mid)) swap(a, hi, mid);
      if (hi - lo == 2) break;
      charge_range(L, hi - lo, price);
      int median = hi - 1, i = lo, j = median;
      swap(a, mid, median);
      for (;;) {
        do i++;
        while (less(a, i, median));
        do j--;
        while (less(a, median, j));
        if (j < i) break;
        swap(a, i, j);
      }
      swap(a, median, i);
      waiting[nwaiting++] = split(&r, i);
    }
    if (nwaiting == 0) return;
    r = waiting[--nwaiting];
  }
}

static int number_less(const void *array, int i, int j) {
  const lua_Number *a = (const lua_Number *)array;
  return a[i] < a[j];
}

static void number_swap(void *array, int i, int j) {
  lua_Number *a = (lua_Number *)array;
  lua_Number t = a[i];
  a[i] = a[j];
  a[j] = t;
}

/* The list of `n` numbers at index 1; 0 if something else is in it. */
static int sort_numbers(lua_State *L, int n) {
  lua_Number *a = (lua_Number *)lua_newuserdata(L, (size_t)n * sizeof(*a));
  for (int i = 0; i < n; i++) {
    lua_rawgeti(L, 1, i + 1);
    if (lua_type(L, -1) != LUA_TNUMBER) return 0;
    a[i] = lua_tonumber(L, -1);
    lua_pop(L, 1);
  }
  sort_array(L, a, n, 1, number_less, number_swap);
  for (int i = 0; i < n; i++) {
    lua_pushnumber(L, a[i]);
    lua_rawseti(L, 1, i + 1);
  }
  return 1;
}

typedef struct StringKey {
  uint64_t head;   /* the first eight bytes as a number, the first byte highest */
  const char *s;   /* held by the table while it is sorted */
  size_t len;
  int index;       /* of this string in the table before sorting */
} StringKey;

static int string_less(const void *array, int i, int j) {
  const StringKey *x = (const StringKey *)array + i, *y = (const StringKey *)array + j;
  if (x->head != y->head) return x->head < y->head;
  int order = memcmp(x->s, y->s, x->len < y->len ? x->len : y->len);
  return order != 0 ? order < 0 : x->len < y->len;
}

static void string_swap(void *array, int i, int j) {
  StringKey *a = (StringKey *)array;
  StringKey t = a[i];
  a[i] = a[j];
  a[j] = t;
}

/* Puts into each place of the table the string whose turn it is, cycle by cycle; every
 * string is always in the table or on the stack. */
static void permute(lua_State *L, StringKey *a, int n) {
  for (int first = 0; first < n; first++) {
    if (a[first].index == first + 1) continue;
    lua_rawgeti(L, 1, first + 1);
    int place = first;
    while (a[place].index != first + 1) {
      int from = a[place].index;
      lua_rawgeti(L, 1, from);
      lua_rawseti(L, 1, place + 1);
      a[place].index = place + 1;
      place = from - 1;
    }
    lua_rawseti(L, 1, place + 1);
    a[place].index = place + 1;
  }
}

/* The same for strings. */
static int sort_strings(lua_State *L, int n) {
  StringKey *a = (StringKey *)lua_newuserdata(L, (size_t)n * sizeof(*a));
  size_t total = 0;   /* bytes in all strings */
  for (int i = 0; i < n; i++) {
    lua_rawgeti(L, 1, i + 1);
    if (lua_type(L, -1) != LUA_TSTRING) return 0;
    a[i].s = lua_tolstring(L, -1, &a[i].len);
    a[i].index = i + 1;
    total += a[i].len;
    unsigned char head[8] = {0};
    memcpy(head, a[i].s, a[i].len < sizeof(head) ? a[i].len : sizeof(head));
    a[i].head = 0;
    for (size_t k = 0; k < sizeof(head); k++) a[i].head = a[i].head << 8 | head[k];
    lua_pop(L, 1);
  }
  sort_array(L, a, n, 1 + total / 16 / (size_t)n, string_less, string_swap);
  permute(L, a, n);
  return 1;
}

/* Sorts a list of numbers, or of strings, and returns 1; returns 0 for any other.  Memory is
 * taken before a list is believed to be one, for that may run a finaliser. */
static int sort_uniform(lua_State *L, int n) {
  if (n < 2) return 1;
  if (n > MAX_ARRAY) return 0;
  lua_rawgeti(L, 1, 1);
  int type = lua_type(L, -1);
  int sorted = 0;
  if (type == LUA_TNUMBER) sorted = sort_numbers(L, n);
  else if (type == LUA_TSTRING && locale_is_c(LC_COLLATE)) sorted = sort_strings(L, n);
  lua_settop(L, 2);
  return sorted;
}

/* ---- In the table ------------------------------------------------------------------ */

/* Is the value at `a` below the one at `b` (relative indices)?  Slot 2 has the comparison
 * function or nil.  May call Lua, so the table may change meanwhile; values on
 * the stack stay what they were. */
static int less(lua_State *L, int a, int b) {
  if (lua_isnil(L, 2)) return lua_lessthan(L, a, b);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, a - 1);
  lua_pushvalue(L, b - 2);
  lua_call(L, 2, 1);
  int result = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return result;
}

/* Pops two values: the upper goes to place i, the lower to j. */
static void store_two(lua_State *L, int i, int j) {
  lua_rawseti(L, 1, i);
  lua_rawseti(L, 1, j);
}

/* Brings the first, middle and last element of `r` into order; 1 if there are no others. */
static int order_three(lua_State *L, Range r, int mid) {
  lua_rawgeti(L, 1, r.lo);
  lua_rawgeti(L, 1, r.hi);
  if (less(L, -1, -2)) store_two(L, r.lo, r.hi);
  else lua_pop(L, 2);
  if (r.hi - r.lo == 1) return 1;
  lua_rawgeti(L, 1, mid);
  lua_rawgeti(L, 1, r.lo);
  if (less(L, -2, -1)) {
    store_two(L, mid, r.lo);
  } else {
    lua_pop(L, 1);
    lua_rawgeti(L, 1, r.hi);
    if (less(L, -1, -2)) store_two(L, mid, r.hi);
    else lua_pop(L, 2);
  }
  return r.hi - r.lo == 2;
}

static void bad_order(lua_State *L) {
  luaL_error(L, "invalid order function for sorting");
}

/* Parts `r` around the median, now in the middle; the median's final place.  An
 * inconsistent function may lead the scans out of the range: they notice late, as
 * reading there is harmless. */
static int partition(lua_State *L, Range r, int mid) {
  charge_range(L, r.hi - r.lo, 1);
  lua_rawgeti(L, 1, mid);   /* the median stays on the stack: see `less` */
  lua_pushvalue(L, -1);
  lua_rawgeti(L, 1, r.hi - 1);
  store_two(L, mid, r.hi - 1);
  int i = r.lo, j = r.hi - 1;
  for (;;) {
    while (lua_rawgeti(L, 1, ++i), less(L, -1, -2)) {
      if (i > r.hi) bad_order(L);
      lua_pop(L, 1);
    }
    while (lua_rawgeti(L, 1, --j), less(L, -3, -1)) {
      if (j < r.lo) bad_order(L);
      lua_pop(L, 1);
    }
    if (j < i) break;
    store_two(L, i, j);
  }
  lua_pop(L, 3);
  lua_rawgeti(L, 1, r.hi - 1);
  lua_rawgeti(L, 1, i);
  store_two(L, r.hi - 1, i);
  return i;
}

static void sort_in_place(lua_State *L, int n) {
  Range waiting[MAX_WAITING];
  int nwaiting = 0;
  Range r = {1, n};
  for (;;) {
    while (r.lo < r.hi) {
      int mid = r.lo + (r.hi - r.lo) / 2;
      if (order_three(L, r, mid)) break;
      int i = partition(L, r, mid);
      waiting[nwaiting++] = split(&r, i);
    }
    if (nwaiting == 0) return;
    r = waiting[--nwaiting];
  }
}

int lib_table_sort(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  int n = (int)lua_objlen(L, 1);
  plx_charge(L, (size_t)n);
  luaL_checkstack(L, 40, "");
  if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  if (!lua_isnil(L, 2) || !sort_uniform(L, n)) sort_in_place(L, n);
  return 0;
}
