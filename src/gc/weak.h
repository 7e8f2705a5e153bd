/* weak.h -- weak tables.  Manual 2.10.2.
 *
 * An entry goes when its weak key or weak value is a dead table, function, userdata or thread.
 * Strings count as values: they are never weak.  A userdata goes from weak values before its
 * finaliser runs, from weak keys only when it is freed.  There are no ephemerons in 5.1: a strong
 * value that refers to its own weak key keeps the key alive. */
#ifndef GC_WEAK_H
#define GC_WEAK_H

#include "heap/heap.h"

/* MARK_WEAK_KEY and MARK_WEAK_VALUE as the __mode field of t's metatable says. */
uint8_t weak_mode(const global_State *g, const Table *t);

/* Remove the dead entries of all tables in `list` (linked through gclist), after marking. */
void weak_clear(GCObject *list);

/* A node without value does not keep its key: if it can die, it becomes a dead key, which keeps the
 * node's place in its chain for the sake of `next`. */
static inline void weak_release_key(Node *node) {
  if (val_is_collectable(node->key)) node->key = val_dead_key(node->key);
}

#endif
