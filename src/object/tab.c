/* tab.c -- Lua tables.
 *
 * Integer keys 1..narray live in the array part; all others in the hash part, a chained scatter table
 * in one block of 2^k nodes with Brent's variation: a key is either in its main position, or the
 * occupant of that position is in its own.  So a chain never holds keys of two main positions, and a
 * table can be full without long chains.
 *
 * When no node is free the table is rehashed: the array part becomes the largest 2^n such that more
 * than half of 1..2^n are in use, and the hash part as small as possible for the rest.       */
#include "object/tab.h"

#include <limits.h>
#include <string.h>

#include "base/hash.h"
#include "base/cast.h"
#include "heap/throw.h"
#include "object/raise.h"
#include "types/tstring.h"

const Node table_empty_node = {.val = {{.bits = NIL_BITS}}, .key = {.bits = NIL_BITS}};

#define MAX_LOG2 30       /* the largest array part has 2^30 elements */
#define MAX_LOG2_NODES 26 /* the largest hash part 2^26, as in the reference */
#define NOT_INT INT32_MIN

/* ---- Positions ------------------------------------------------------------------------- */

static uint32_t modulo_position(const Table *t, uint32_t hash) {
  return hash % (t->node_mask | 1);
}

uint32_t tab_main_position(const Table *t, TValue key) {
  if (val_is_number(key)) return modulo_position(t, hash_double(val_num(key)));
  if (val_is_string(key)) return val_string(key)->hash & t->node_mask;
  if (val_is_boolean(key)) return val_bool(key) & t->node_mask;
  if (val_is_light(key)) return modulo_position(t, (uint32_t)(uintptr_t)val_light(key));
  return modulo_position(t, (uint32_t)(key.bits & VAL_PAYLOAD));
}

/* The int32 equal to n, or NOT_INT (which no array index is). */
static inline int32_t int_key(lua_Number n) {
  int32_t i = num_truncate32(n);
  return (lua_Number)i == n ? i : NOT_INT;
}

/* ---- Finding --------------------------------------------------------------------------- */

static Slot *find_number(const Table *t, lua_Number n) {
  Node *node = &t->node[modulo_position(t, hash_double(n))];
  for (;; node += node->next) {
    if (node->key.num == n) return &node->val; /* other kinds read as NaN: never equal */
    if (node->next == 0) return NULL;
  }
}

static inline Slot *find_bits(const Table *t, TValue key, uint32_t position) {
  Node *node = &t->node[position];
  for (;; node += node->next) {
    if (node->key.bits == key.bits) return &node->val;
    if (node->next == 0) return NULL;
  }
}

Slot *tab_find_int(const Table *t, int64_t key) {
  if ((uint64_t)key - 1 < t->narray) return &t->array[key - 1];
  return find_number(t, (lua_Number)key);
}

Slot *tab_find_str(const Table *t, const TString *key) {
  return find_bits(t, val_from_string(key), key->hash & t->node_mask);
}

Slot *tab_find(const Table *t, TValue key) {
  if (val_is_string(key)) return tab_find_str(t, val_string(key));
  if (val_is_number(key)) {
    int32_t i = int_key(val_num(key));
    if ((uint32_t)i - 1 < t->narray) return &t->array[i - 1];
    return find_number(t, val_num(key));
  }
  if (val_is_nil(key)) return NULL;
  return find_bits(t, key, tab_main_position(t, key));
}

/* ---- Sizes ----------------------------------------------------------------------------- */

static int ceil_log2(uint32_t x) { return x <= 1 ? 0 : 32 - __builtin_clz(x - 1); }

/* keys_in[i]: how many integer keys k with 2^(i-1) < k <= 2^i. */
typedef struct KeyCount {
  uint32_t keys_in[MAX_LOG2 + 1];
  uint32_t integers;
  uint32_t all;
} KeyCount;

static void count_key(KeyCount *count, TValue key) {
  count->all++;
  if (!val_is_number(key)) return;
  int32_t i = int_key(val_num(key));
  if (i < 1 || i > 1 << MAX_LOG2) return;
  count->keys_in[ceil_log2((uint32_t)i)]++;
  count->integers++;
}

static void count_array(KeyCount *count, const Table *t) {
  uint32_t i = 0, limit = 1;
  for (int slice = 0; slice <= MAX_LOG2 && i < t->narray; slice++, limit *= 2) {
    uint32_t end = limit < t->narray ? limit : t->narray, used = 0;
    for (; i < end; i++) used += !slot_is_nil(&t->array[i]);
    count->keys_in[slice] += used;
    count->integers += used;
    count->all += used;
  }
}

static void count_nodes(KeyCount *count, const Table *t) {
  for (uint32_t i = 0; i <= t->node_mask; i++)
    if (!slot_is_nil(&t->node[i].val)) count_key(count, t->node[i].key);
}

/* The best size for the array part, and in *inside how many keys will live there. */
static uint32_t best_array_size(const KeyCount *count, uint32_t *inside) {
  uint32_t sum = 0, best = 0;
  *inside = 0;
  for (int i = 0; i <= MAX_LOG2 && (UINT32_C(1) << i) / 2 < count->integers; i++) {
    uint32_t size = UINT32_C(1) << i;
    sum += count->keys_in[i];
    if (sum > size / 2) {
      best = size;
      *inside = sum;
    }
    if (sum == count->integers) break;
  }
  return best;
}

/* ---- Making and resizing ------------------------------------------------------------------ */

static void set_no_nodes(Table *t) {
  t->node = (Node *)(uintptr_t)&table_empty_node;
  t->log2_nodes = 0;
  t->node_mask = 0;
  t->last_free = 0;
}

/* A block of nodes for at least `n` keys, all free; NULL for none. */
static Node *new_nodes(lua_State *L, uint32_t n, int *log2) {
  *log2 = 0;
  if (n == 0) return NULL;
  *log2 = ceil_log2(n);
  if (n > UINT32_C(1) << MAX_LOG2_NODES) err_run(L, "table overflow");
  uint32_t size = UINT32_C(1) << *log2;
  Node *node = MEM_NEW_ARRAY(L, size, Node);
  for (uint32_t i = 0; i < size; i++)
    node[i] = (Node){.val = {VAL_NIL}, .key = VAL_NIL, .next = 0, .crowd = 0};
  return node;
}

static void set_nodes(Table *t, Node *node, int log2) {
  if (node == NULL) {
    set_no_nodes(t);
    return;
  }
  t->node = node;
  t->log2_nodes = (uint8_t)log2;
  t->node_mask = (UINT32_C(1) << log2) - 1;
  t->last_free = UINT32_C(1) << log2;
}

static void fill_slots(Slot *from, const Slot *end) {
  for (; from < end; from++) slot_init(from, VAL_NIL);
}

Table *tab_new(lua_State *L, uint32_t narray, uint32_t nhash) {
  Table *t = heap_new(L, sizeof(Table), OBJ_TABLE);
  t->absent = 0xFF; /* nothing in it: every metamethod is absent */
  t->narray = 0;
  t->array = NULL;
  ref_init(&t->metatable, NULL);
  t->gclist = NULL;
  set_no_nodes(t);
  if (nhash > 0) { /* should the array fail, t is garbage but whole */
    int log2;
    Node *fresh = new_nodes(L, nhash, &log2);
    set_nodes(t, fresh, log2);
  }
  if (narray > 0) {
    t->array = MEM_NEW_ARRAY(L, narray, Slot);
    t->narray = narray;
    fill_slots(t->array, t->array + narray);
  }
  return t;
}

void tab_free(lua_State *L, Table *t) {
  if (table_has_nodes(t)) MEM_FREE_ARRAY(L, t->node, t->node_mask + 1, Node);
  MEM_FREE_ARRAY(L, t->array, t->narray, Slot);
  mem_free(L, t, sizeof(Table));
}

static Slot *insert(lua_State *L, Table *t, TValue key);

/* Store into a table that has room for the key. */
static void put_back(lua_State *L, Table *t, TValue key, TValue v) {
  Slot *s = tab_find(t, key);
  slot_init(s ? s : insert(L, t, key), v); /* no barrier: t held it before */
}

void tab_resize(lua_State *L, Table *t, uint32_t narray, uint32_t nhash) {
  int log2;
  Node *const old_node = t->node;
  const uint32_t old_nnodes = table_nnodes(t), old_narray = t->narray;
  Node *fresh = new_nodes(L, nhash, &log2);
  if (narray > old_narray) { /* all memory is there before anything moves */
    Slot *array =
        mem_try_realloc(L, t->array, old_narray * sizeof(Slot), narray * sizeof(Slot));
    if (array == NULL) {
      if (fresh != NULL) MEM_FREE_ARRAY(L, fresh, UINT32_C(1) << log2, Node);
      throw_memory(L);
    }
    fill_slots(array + old_narray, array + narray);
    t->array = array;
  }
  t->narray = narray;
  set_nodes(t, fresh, log2);
  if (narray < old_narray) {
    for (uint32_t i = narray; i < old_narray; i++)
      if (!slot_is_nil(&t->array[i]))
        put_back(L, t, val_from_num((lua_Number)i + 1), slot_get(&t->array[i]));
    MEM_RESIZE_ARRAY(L, t->array, old_narray, narray, Slot);
  }
  for (uint32_t i = old_nnodes; i-- > 0;)
    if (!slot_is_nil(&old_node[i].val)) put_back(L, t, old_node[i].key, old_node[i].val.v);
  if (old_nnodes > 0) MEM_FREE_ARRAY(L, old_node, old_nnodes, Node);
}

void tab_resize_array(lua_State *L, Table *t, uint32_t narray) {
  if (narray > t->narray) tab_resize(L, t, narray, table_nnodes(t));
}

static void rehash(lua_State *L, Table *t, TValue extra_key) {
  KeyCount count = {.all = 0};
  uint32_t inside;
  fuel_spend(L, t->narray / 4 + t->node_mask);
  count_array(&count, t);
  count_nodes(&count, t);
  count_key(&count, extra_key);
  uint32_t narray = best_array_size(&count, &inside);
  tab_resize(L, t, narray, count.all - inside);
}

/* ---- Inserting --------------------------------------------------------------------------- */

static Node *free_node(Table *t) {
  while (t->last_free > 0)
    if (val_is_nil(t->node[--t->last_free].key)) return &t->node[t->last_free];
  return NULL;
}

/* A slot for a key that is absent (and is not an index of the array part). */
static Slot *insert(lua_State *L, Table *t, TValue key) {
  Node *home = &t->node[tab_main_position(t, key)];
  if (!slot_is_nil(&home->val) || !table_has_nodes(t)) {
    Node *spare = free_node(t);
    if (spare == NULL) {
      rehash(L, t, key);
      return tab_slot(L, t, key);
    }
    Node *other = &t->node[tab_main_position(t, home->key)];
    if (other != home) { /* the occupant is not at home: it moves to the spare node */
      if (unlikely(other->crowd >= CROWD)) fuel_spend(L, other->crowd);
      while (other + other->next != home) other += other->next;
      other->next = (int32_t)(spare - other);
      *spare = *home;
      if (home->next != 0) spare->next = (int32_t)(home + home->next - spare);
      home->next = 0;
      home->crowd = 0;
    } else { /* the new key goes to the spare node, second in the chain */
      spare->next = home->next != 0 ? (int32_t)(home + home->next - spare) : 0;
      home->next = (int32_t)(spare - home);
      spare->crowd = home->crowd; /* behind it is what was behind its home */
      if (unlikely(++home->crowd == CROWD)) G(L)->limits.crowded = true;
      home = spare;
    }
  }
  home->key = key;
  slot_init(&home->val, VAL_NIL);
  table_barrier(L, t, key);
  return &home->val;
}

Slot *tab_slot(lua_State *L, Table *t, TValue key) {
  Slot *s = tab_find(t, key);
  t->absent = 0;
  if (s != NULL) return s;
  if (val_is_nil(key)) err_run(L, "table index is nil");
  if (val_is_number(key) && val_num(key) != val_num(key)) err_run(L, "table index is NaN");
  return insert(L, t, key);
}

Slot *tab_slot_int(lua_State *L, Table *t, int64_t key) {
  if ((uint64_t)key - 1 < t->narray) return &t->array[key - 1];
  Slot *s = find_number(t, (lua_Number)key);
  return s ? s : insert(L, t, val_from_num((lua_Number)key));
}

Slot *tab_slot_str(lua_State *L, Table *t, TString *key) {
  Slot *s = tab_find_str(t, key);
  t->absent = 0;
  return s ? s : insert(L, t, val_from_string(key));
}

Slot *tab_insert_str(lua_State *L, Table *t, TString *key) {
  Node *home = &t->node[key->hash & t->node_mask];
  t->absent = 0;
  if (unlikely(!slot_is_nil(&home->val) || !table_has_nodes(t)))
    return insert(L, t, val_from_string(key));
  home->key = val_from_string(key); /* its place is free: nothing else to do */
  table_barrier(L, t, home->key);
  return &home->val;
}

/* ---- Length and traversal -------------------------------------------------------------------- */

static bool absent_at(const Table *t, uint32_t key) {
  const Slot *s = tab_find_int(t, key);
  return s == NULL || slot_is_nil(s);
}

/* A border above `present`, which is 0 or a present key, when the array part gives none. */
static uint32_t length_in_nodes(const Table *t, uint32_t present) {
  uint32_t low = present, high = present + 1;
  while (!absent_at(t, high)) {
    low = high;
    if (high > INT_MAX / 2) { /* built on purpose: look at every key */
      uint32_t i = 1;
      while (!absent_at(t, i)) i++;
      return i - 1;
    }
    high *= 2;
  }
  while (high - low > 1) {
    uint32_t middle = (low + high) / 2;
    if (absent_at(t, middle)) high = middle;
    else low = middle;
  }
  return low;
}

uint32_t tab_length(const Table *t) {
  uint32_t high = t->narray;
  if (high > 0 && slot_is_nil(&t->array[high - 1])) {
    uint32_t low = 0;
    while (high - low > 1) {
      uint32_t middle = (low + high) / 2;
      if (slot_is_nil(&t->array[middle - 1])) high = middle;
      else low = middle;
    }
    return low;
  }
  return table_has_nodes(t) ? length_in_nodes(t, high) : high;
}

#define NO_POSITION UINT32_MAX

/* Position in the traversal just after `key`; NO_POSITION if t has no such key. */
static ALWAYS_INLINE uint32_t position_after(const Table *t, TValue key) {
  if (val_is_nil(key)) return 0;
  if (val_is_number(key)) {
    int32_t i = int_key(val_num(key));
    if ((uint32_t)i - 1 < t->narray) return (uint32_t)i;
  }
  const Node *node = &t->node[tab_main_position(t, key)];
  const bool collectable = val_is_collectable(key);
  for (;; node += node->next) {
    bool found = val_is_number(key) ? node->key.num == val_num(key)
                                    : node->key.bits == key.bits ||
                                          (collectable && node->key.bits == val_dead_key(key).bits);
    if (found) return t->narray + (uint32_t)(node - t->node) + 1;
    if (node->next == 0) return NO_POSITION;
  }
}

int tab_step(const Table *t, TValue key[2]) {
  uint32_t i = position_after(t, key[0]);
  if (i == NO_POSITION) return -1;
  for (; i < t->narray; i++) {
    if (!slot_is_nil(&t->array[i])) {
      key[0] = val_from_num((lua_Number)i + 1);
      key[1] = slot_get(&t->array[i]);
      return 1;
    }
  }
  for (i -= t->narray; i <= t->node_mask; i++) {
    const Node *node = &t->node[i];
    if (!slot_is_nil(&node->val)) {
      key[0] = node->key;
      key[1] = slot_get(&node->val);
      return 1;
    }
  }
  return 0;
}

size_t tab_gap(const Table *t, TValue key) {
  const uint32_t start = position_after(t, key);
  uint32_t i = start;
  if (start == NO_POSITION) return 0;
  while (i < t->narray && slot_is_nil(&t->array[i])) i++;
  if (i >= t->narray)
    while (i - t->narray <= t->node_mask && slot_is_nil(&t->node[i - t->narray].val)) i++;
  return i - start;
}

/* Only length_in_nodes can look long, and only at keys that double again and again. */
size_t tab_length_cost(const Table *t) {
  uint32_t high = t->narray;
  if (!table_has_nodes(t) || (high > 0 && slot_is_nil(&t->array[high - 1]))) return 0;
  for (high++; high <= INT_MAX / 2; high *= 2)
    if (absent_at(t, high)) return 0;
  return t->node_mask;
}

bool tab_next(lua_State *L, const Table *t, TValue key[2]) {
  int found = tab_step(t, key);
  if (found < 0) err_run(L, "invalid key to 'next'");
  return found;
}
