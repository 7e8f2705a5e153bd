/* luadata.c -- why this file exists: configuration is Lua that can only build tables, read by the
 * reference library, so that no second syntax has to be learnt or parsed. */
#include "config/luadata.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "engine/api.h"

enum { MOST_DEPTH = 32, MOST_STEPS = 1000000, MOST_BYTES = 64 << 20 };

static LuaApi api;       /* loaded once a process: a library is never unloaded */

/* ---- Trees --------------------------------------------------------------------------------- */

static Data *new_data(DataKind kind) {
  Data *d = mem_zero(sizeof *d);
  d->kind = kind;
  d->origin = "";
  return d;
}

Data *luadata_string(const char *s) {
  Data *d = new_data(DATA_STRING);
  bytes_puts(&d->string, s);
  return d;
}

Data *luadata_number(double n) {
  Data *d = new_data(DATA_NUMBER);
  d->number = n;
  return d;
}

Data *luadata_boolean(bool b) {
  Data *d = new_data(DATA_BOOLEAN);
  d->boolean = b;
  return d;
}

Data *luadata_table(void) {
  return new_data(DATA_TABLE);
}

void luadata_free(Data *d) {
  if (d == NULL) return;
  for (size_t i = 0; i < d->npairs; i++) {
    luadata_free(d->pairs[i].key);
    luadata_free(d->pairs[i].value);
  }
  free(d->pairs);
  bytes_free(&d->string);
  free(d);
}

Data *luadata_copy(const Data *d) {
  Data *copy = new_data(d->kind);
  copy->boolean = d->boolean;
  copy->number = d->number;
  copy->origin = d->origin;
  copy->string = bytes_copy(&d->string);
  copy->pairs = mem_alloc(d->npairs * sizeof *copy->pairs);
  for (; copy->npairs < d->npairs; copy->npairs++) {
    const DataPair *from = &d->pairs[copy->npairs];
    copy->pairs[copy->npairs] = (DataPair){luadata_copy(from->key), luadata_copy(from->value)};
  }
  return copy;
}

void luadata_set_origin(Data *d, const char *origin) {
  if (*d->origin == '\0') d->origin = origin;
  for (size_t i = 0; i < d->npairs; i++) luadata_set_origin(d->pairs[i].value, origin);
}

static int compare_keys(const void *a, const void *b) {
  const Data *left = ((const DataPair *)a)->key, *right = ((const DataPair *)b)->key;
  if (left->kind != right->kind) return left->kind == DATA_NUMBER ? -1 : 1;
  if (left->kind == DATA_NUMBER) {
    return (left->number > right->number) - (left->number < right->number);
  }
  return strcmp(bytes_text(&left->string), bytes_text(&right->string));
}

static void add_pair(Data *table, Data *key, Data *value) {
  table->pairs = mem_resize(table->pairs, (table->npairs + 1) * sizeof *table->pairs);
  table->pairs[table->npairs++] = (DataPair){key, value};
}

static void sort_pairs(Data *table) {
  if (table->npairs) qsort(table->pairs, table->npairs, sizeof *table->pairs, compare_keys);
}

static DataPair *find_pair(const Data *table, const char *name) {
  if (table == NULL || table->kind != DATA_TABLE) return NULL;
  for (size_t i = 0; i < table->npairs; i++) {
    DataPair *pair = &table->pairs[i];
    const char *key = luadata_text(pair->key);
    if (key && strcmp(key, name) == 0) return pair;
  }
  return NULL;
}

Data *luadata_field(const Data *table, const char *name) {
  DataPair *pair = find_pair(table, name);
  return pair ? pair->value : NULL;
}

Data *luadata_at(const Data *table, size_t i) {
  bool there = table && table->kind == DATA_TABLE && i >= 1 && i <= luadata_length(table);
  return there ? table->pairs[i - 1].value : NULL;
}

size_t luadata_length(const Data *table) {
  size_t n = 0;
  if (table == NULL || table->kind != DATA_TABLE) return 0;
  while (n < table->npairs && table->pairs[n].key->kind == DATA_NUMBER &&
         table->pairs[n].key->number == (double)(n + 1)) {
    n++;
  }
  return n;
}

void luadata_set(Data *table, const char *name, Data *value) {
  DataPair *pair = find_pair(table, name);
  if (pair == NULL && value) {
    add_pair(table, luadata_string(name), value);
    sort_pairs(table);
  } else if (pair) {
    luadata_free(pair->value);
    pair->value = value;
    if (value) return;
    luadata_free(pair->key);
    size_t at = (size_t)(pair - table->pairs);
    memmove(pair, pair + 1, (--table->npairs - at) * sizeof *pair);
  }
}

void luadata_append(Data *table, Data *value) {
  add_pair(table, luadata_number((double)luadata_length(table) + 1), value);
  sort_pairs(table);
}

const char *luadata_text(const Data *d) {
  return d && d->kind == DATA_STRING ? bytes_text(&d->string) : NULL;
}

const char *luadata_kind_name(const Data *d) {
  static const char *const names[] = {"nil", "boolean", "number", "string", "table"};
  return names[d ? d->kind : DATA_NIL];
}

/* ---- Reading ------------------------------------------------------------------------------- */

static void *limited_alloc(void *ud, void *block, size_t old, size_t size) {
  size_t *used = ud;
  if (block == NULL) old = 0;
  if (size == 0) {
    *used -= old;
    free(block);
    return NULL;
  }
  if (*used - old + size > MOST_BYTES) return NULL;
  void *moved = realloc(block, size);
  if (moved) *used += size - old;
  return moved;
}

static void out_of_steps(lua_State *L, lua_Debug *event) {
  (void)event;
  api.luaL_error(L, "more than %d instructions: this file is data, not a program", MOST_STEPS);
}

/* Copies the value at the top of the stack and pops it; NULL with why. `depth` bounds cycles. */
static Data *copy_value(lua_State *L, int depth, Diag *why) {
  Data *d = NULL;
  size_t n;
  const char *s;
  int type = api.lua_type(L, -1);
  if (depth > MOST_DEPTH) {
    diag_set(why, EXIT_USAGE, "tables nested deeper than %d, or in a circle", MOST_DEPTH);
  } else if (type == LUA_TBOOLEAN) d = luadata_boolean(api.lua_toboolean(L, -1));
  else if (type == LUA_TNUMBER) d = luadata_number(api.lua_tonumber(L, -1));
  else if (type == LUA_TSTRING) {
    s = api.lua_tolstring(L, -1, &n);
    d = new_data(DATA_STRING);
    bytes_append(&d->string, s, n);
  } else if (type == LUA_TTABLE) {
    d = luadata_table();
    api.lua_pushnil(L);
    while (d && api.lua_next(L, -2)) {
      Data *value = copy_value(L, depth + 1, why), *key = NULL;
      int key_type = api.lua_type(L, -1);
      if (value && key_type != LUA_TSTRING && key_type != LUA_TNUMBER) {
        diag_set(why, EXIT_USAGE, "a key is a %s: only strings and numbers can be",
                 api.lua_typename(L, key_type));
      } else if (value) {
        api.lua_pushvalue(L, -1);
        key = copy_value(L, depth + 1, why);
      }
      if (key) add_pair(d, key, value);
      else {
        luadata_free(value);
        luadata_free(d);
        d = NULL;
        api.lua_settop(L, -2);
      }
    }
    if (d) sort_pairs(d);
  } else diag_set(why, EXIT_USAGE, "a value is a %s: this file is data", api.lua_typename(L, type));
  api.lua_settop(L, -2);
  return d;
}

Data *luadata_parse(const char *text, size_t n, const char *name, const char *reference,
                    Diag *why) {
  if (api.handle == NULL && !api_load(&api, reference, false, why)) return NULL;
  size_t used = 0;
  lua_State *L = api.lua_newstate(limited_alloc, &used);
  if (L == NULL) {
    diag_set(why, EXIT_INFRA, "%s: lua_newstate failed", reference);
    return NULL;
  }
  char *chunk = mem_format("@%s", name);
  Data *d = NULL;
  api.luaL_checkstack(L, MOST_DEPTH * 4, "too deep");
  int status = n > 0 && text[0] == LUA_SIGNATURE[0] ? -1 : api.luaL_loadbuffer(L, text, n, chunk);
  if (status == 0) {
    api.lua_createtable(L, 0, 0);
    api.lua_setfenv(L, -2);
    api.lua_sethook(L, out_of_steps, LUA_MASKCOUNT, MOST_STEPS);
    status = api.lua_pcall(L, 0, 1, 0);
    api.lua_sethook(L, NULL, 0, 0);
  }
  if (status == -1) diag_set(why, EXIT_USAGE, "%s: compiled code is not accepted", name);
  else if (status != 0) {
    const char *message = api.lua_tolstring(L, -1, NULL);
    diag_set(why, EXIT_USAGE, "%s", message ? message : "error without a message");
    if (strncmp(diag_text(why), name, strlen(name)) != 0) diag_wrap(why, "%s", name);
  } else if (api.lua_type(L, -1) != LUA_TTABLE) {
    diag_set(why, EXIT_USAGE, "%s: returns a %s, not a table", name,
             api.lua_typename(L, api.lua_type(L, -1)));
  } else if ((d = copy_value(L, 0, why)) == NULL) diag_wrap(why, "%s", name);
  api.lua_close(L);
  free(chunk);
  return d;
}

Data *luadata_read(const char *path, const char *reference, Diag *why) {
  Bytes text = {0};
  Data *d = NULL;
  if (path_read(path, &text, why)) {
    d = luadata_parse(bytes_text(&text), text.len, path, reference, why);
  }
  bytes_free(&text);
  return d;
}
