/* table.h -- the layout of a table: an array part for keys 1..narray, a hash part for the rest.
 * The rules that govern it are in object/tab.h. */
#ifndef TYPES_TABLE_H
#define TYPES_TABLE_H

#include "types/gcobject.h"

typedef struct Node {
  Slot val;
  TValue key;   /* nil: free.  Written by object/tab.c and, for dead keys, by gc/ */
  int32_t next; /* distance in nodes to the next one of the chain; 0: last */
  uint32_t crowd; /* nodes that may follow in the chain */
} Node;

struct Table {
  GC_HEADER;
  uint8_t absent;     /* bit e: metamethod e (< EVENT_CACHED) is known to be absent */
  uint8_t log2_nodes; /* number of nodes, as a power of two */
  uint32_t narray;
  Slot *array;
  Node *node; /* 2^log2_nodes nodes, or the shared empty node */
  uint32_t node_mask;
  uint32_t last_free; /* all nodes at or above this index are in use */
  GCREF(Table) metatable;
  GCObject *gclist;
};

/* The hash part of a table that has none: one free node, shared by all, never written. */
extern const Node table_empty_node;

static inline bool table_has_nodes(const Table *t) { return t->node != &table_empty_node; }
static inline uint32_t table_nnodes(const Table *t) {
  return table_has_nodes(t) ? t->node_mask + 1 : 0;
}

#endif
