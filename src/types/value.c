/* value.c -- the accessors of values that need to look into an object. */
#include "types/value.h"

#include <string.h>

#include "types/tstring.h"

const int8_t val_type_by_tag[16] = {
    LUA_TNUMBER,   LUA_TSTRING, LUA_TTABLE,         LUA_TFUNCTION, LUA_TFUNCTION,
    LUA_TUSERDATA, LUA_TTHREAD, LUA_TLIGHTUSERDATA, LUA_TNONE,     LUA_TNONE,
    LUA_TNONE,     LUA_TNONE,   LUA_TNONE,          LUA_TNONE,     LUA_TLIGHTUSERDATA,
    LUA_TBOOLEAN}; /* and nil, which has that tag, too */

void *val_light(TValue v) {
  if (val_is_bigptr(v)) {
    void *p;
    memcpy(&p, VAL_AS(TString, OBJ_BIGPTR, v)->data, sizeof p);
    return p;
  }
  return (void *)(uintptr_t)(v.bits & VAL_PAYLOAD);
}

TValue val_from_object(const GCObject *o) {
  CHECK(o->tt >= OBJ_STRING && o->tt <= OBJ_BIGPTR);
  return val_tagged(o, o->tt);
}
