/* parallax.h -- what this library offers beside the API of Lua 5.1.
 *
 * None of it is needed to run Lua; a host that uses it no longer runs on other libraries.  The names
 * begin with plx_ and stand under a symbol version of their own, PARALLAX_1.               */
#ifndef PARALLAX_H
#define PARALLAX_H

#include "lua.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Standard functions that the VM knows how to do without a call. */
#define PLX_NONE 0
#define PLX_NEXT 1   /* next(t, k) */
#define PLX_IPAIRS 2 /* the iterator that ipairs() returns */

/* Promise that the C function at `idx` does for every argument exactly what the standard function
 * `which` (PLX_...) does, so that the VM may do that in its place wherever no hook would see the
 * call.  Ignored when the value is no C function.  [-0, +0, -] */
LUA_API void(plx_setintrinsic)(lua_State *L, int idx, int which);

#ifdef __cplusplus
}
#endif

#endif
