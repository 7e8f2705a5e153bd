/* api_extra.c -- the functions of parallax.h. */
#include "include/parallax.h"

#include "api/api.h"

LUA_API void plx_setintrinsic(lua_State *L, int idx, int which) {
  const TValue v = api_get(L, idx);
  api_check(which >= PLX_NONE && which <= PLX_IPAIRS, "unknown intrinsic");
  if (val_is_cclosure(v)) val_cclosure(v)->intrinsic = (uint8_t)which;
}
