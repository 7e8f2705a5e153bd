/* tstring.h -- strings, all interned: equal text means equal address.
 *
 * A TString of kind OBJ_BIGPTR is not text but the box of a light userdata whose address does not
 * fit in a value; it is interned beside the strings so that equal pointers are equal values.  */
#ifndef TYPES_TSTRING_H
#define TYPES_TSTRING_H

#include "types/gcobject.h"

struct TString {
  GC_HEADER;
  uint8_t reserved;     /* 0, or 1 + index of a reserved word of the language */
  uint8_t event;        /* 0, or 1 + Event (object/meta.h) of a metamethod's name */
  uint32_t hash;        /* hash_text() of the text: decides positions in tables */
  uint32_t len;         /* bytes, without the final NUL */
  uint32_t bucket_hash; /* decides the bucket in the string table */
  char data[];          /* len bytes and a NUL */
};

static inline size_t string_size(size_t len) { return sizeof(TString) + len + 1; }

#endif
