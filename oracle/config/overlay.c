/* overlay.c -- why this file exists: a mode says only what differs, and the command line has the
 * last word. */
#include "config/overlay.h"

#include <stdlib.h>
#include <string.h>

bool overlay_is_map(const Data *d) {
  return d->kind == DATA_TABLE && luadata_length(d) == 0;
}

void overlay_fields(Data *under, const Data *over) {
  for (size_t i = 0; i < over->npairs; i++) {
    const char *name = luadata_text(over->pairs[i].key);
    const Data *value = over->pairs[i].value;
    if (name == NULL) {                  /* is refused where the fields are read */
      luadata_append(under, luadata_copy(value));
      continue;
    }
    size_t n = strlen(name);
    bool is_list = value->kind == DATA_TABLE && luadata_length(value) == value->npairs;
    if (n > 1 && name[n - 1] == '+' && is_list) {
      char *list_name = mem_substring(name, n - 1);
      Data *list = luadata_field(under, list_name);
      if (list == NULL) luadata_set(under, list_name, list = luadata_table());
      for (size_t k = 1; k <= luadata_length(value); k++) {
        luadata_append(list, luadata_copy(luadata_at(value, k)));
      }
      free(list_name);
      continue;
    }
    Data *old = luadata_field(under, name);
    if (old && overlay_is_map(old) && overlay_is_map(value)) overlay_fields(old, value);
    else luadata_set(under, name, luadata_copy(value));
  }
}

void overlay_set_path(Data *tree, const char *path, Data *value) {
  const char *dot = strchr(path, '.');
  if (dot == NULL) {
    luadata_set(tree, path, value);
    return;
  }
  char *name = mem_substring(path, (size_t)(dot - path));
  Data *inner = luadata_field(tree, name);
  if (inner == NULL || inner->kind != DATA_TABLE) {
    luadata_set(tree, name, inner = luadata_table());
  }
  /* Below these are names of the user's own, which may have dots. */
  bool is_leaf = strcmp(name, "preload") == 0 || strcmp(name, "env") == 0;
  if (is_leaf) luadata_set(inner, dot + 1, value);
  else overlay_set_path(inner, dot + 1, value);
  free(name);
}

void overlay_override(Data *tree, const Override *o) {
  Data *value = o->value ? luadata_string(o->value) : NULL;
  if (value) luadata_set_origin(value, o->origin);
  size_t n = strlen(o->path);
  if (o->path[n - 1] != '+') {
    overlay_set_path(tree, o->path, value);
    return;
  }
  char *name = mem_substring(o->path, n - 1);
  Data *list = luadata_field(tree, name);
  if (list == NULL || list->kind != DATA_TABLE) {
    luadata_set(tree, name, list = luadata_table());
  }
  luadata_append(list, value);
  free(name);
}
