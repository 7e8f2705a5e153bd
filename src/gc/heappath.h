/* heappath.h -- what refers to what in the heap, with names that a report can print.
 *
 * Nothing here allocates or changes anything. */
#ifndef GC_HEAPPATH_H
#define GC_HEAPPATH_H

#include "types/state.h"

/* Called for each reference; `index` is -1 where the field is no array.  `fits`: the object is of
 * the kind that the reference is for. */
typedef void RefVisitor(void *context, GCObject *to, bool fits, const char *field, long index);

typedef struct Refs {
  RefVisitor *visit;
  void *context;
} Refs;

/* Visit whatever `o`, an object of any kind, refers to; of nodes without a value nothing, since
 * their keys may be gone. */
void heap_each_ref(const Refs *refs, GCObject *o);

/* The same for the state itself: what lives without anybody's reference. */
void heap_root_refs(const Refs *refs, const global_State *g);

/* `object` is the `field` of the next one of a path, or of the state; field NULL: not known yet. */
typedef struct HeapStep {
  GCObject *object;
  const char *field;
  long index;
} HeapStep;

/* Print step->object, and a path of references that leads to it from a root, to stderr.  The path
 * goes through `from`, unless it is NULL: then step->field has to be NULL as well.  The object may
 * be broken: it is not looked into. */
void heap_print_path(const global_State *g, const HeapStep *step, GCObject *from);

#endif
