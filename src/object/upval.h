/* upval.h -- variables shared by closures: open while their register lives, closed after. */
#ifndef OBJECT_UPVAL_H
#define OBJECT_UPVAL_H

#include "heap/slot.h"

/* A closed upvalue that holds nil. */
MAY_THROW UpVal *upval_new(lua_State *L);
/* The open upvalue for stack slot `level`, made if there is none. */
MAY_THROW UpVal *upval_find(lua_State *L, StkId level);
/* Close all open upvalues of L at or above `level`.  Never raises. */
void upval_close(lua_State *L, StkId level);
void upval_free(lua_State *L, UpVal *uv);

#endif
