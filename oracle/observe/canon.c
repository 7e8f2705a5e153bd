/* canon.c -- why this file exists: addresses differ between two states where nothing else does. */
#include "observe/canon.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void canon_append_number(Bytes *to, double n) {
  uint64_t bits;
  memcpy(&bits, &n, sizeof bits);
  if (isnan(n)) {
    bytes_puts(to, signbit(n) ? "-nan" : "nan");
    return;
  }
  char text[40];
  snprintf(text, sizeof text, "%.14g", n);
  bytes_puts(to, text);
  double back = strtod(text, NULL);
  if (memcmp(&back, &n, sizeof n) != 0) bytes_printf(to, " (0x%016llx)", (unsigned long long)bits);
}

static size_t slot_of(const Canon *c, const void *identity) {
  uint64_t h = (uint64_t)(uintptr_t)identity * 0x9e3779b97f4a7c15u;
  size_t i = (size_t)(h >> 32) & (c->cap - 1);
  while (c->slots[i] != NULL && c->slots[i] != identity) i = (i + 1) & (c->cap - 1);
  return i;
}

static void grow(Canon *c) {
  Canon bigger = {.cap = c->cap ? c->cap * 2 : 64, .used = c->used};
  bigger.slots = mem_zero(bigger.cap * sizeof *bigger.slots);
  bigger.ordinals = mem_zero(bigger.cap * sizeof *bigger.ordinals);
  for (size_t i = 0; i < c->cap; i++) {
    if (c->slots[i] == NULL) continue;
    size_t at = slot_of(&bigger, c->slots[i]);
    bigger.slots[at] = c->slots[i];
    bigger.ordinals[at] = c->ordinals[i];
  }
  free(c->slots);
  free(c->ordinals);
  *c = bigger;
}

unsigned canon_ordinal(Canon *c, const void *identity, bool *first) {
  if (c->used * 2 >= c->cap) grow(c);
  size_t at = slot_of(c, identity);
  *first = c->slots[at] == NULL;
  if (*first) {
    c->slots[at] = identity;
    c->ordinals[at] = (unsigned)++c->used;
  }
  return c->ordinals[at];
}

void canon_clear(Canon *c) {
  if (c->used == 0) return;
  memset(c->slots, 0, c->cap * sizeof *c->slots);
  c->used = 0;
}

void canon_free(Canon *c) {
  free(c->slots);
  free(c->ordinals);
  *c = (Canon){0};
}
