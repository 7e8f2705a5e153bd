/* t_client.h -- the functions of T that any client of the C API could have written: references,
 * userdata, upvalues, coroutines, other states.  Like testC they need the public API only, and
 * tests/api/testc_module.c makes a C module of them.
 *
 * A state is named by its address as a number; memory for a new one comes from the allocator of the
 * state that asks for it. */
#ifndef TESTLIB_T_CLIENT_H
#define TESTLIB_T_CLIENT_H

#include "lauxlib.h"

/* Names and functions, ended by a row of NULLs:
 *   d2s(n) s2d(s)                a number as the 8 bytes of its double, and back
 *   num2int(x) log2(x)           lua_tointeger; floor of the binary logarithm, -1 for 0
 *   newuserdata(size)            a full userdata of zeros
 *   pushuserdata(n) udataval(u)  a light userdata of address n; the address of a userdata (or 0)
 *   ref(v [, lock]) getref(n) unref(n)
 *                                luaL_ref and its kin on the registry
 *   upvalue(f, n)                value and name of an upvalue, or nothing
 *   upvalue(f, n, v)             sets it: its name, or nil
 *   gsub(s, p, r)                luaL_gsub
 *   setyhook([mask [, count]])   a hook that yields, on lines ("l") and every `count` instructions
 *   resume(co)                   lua_resume: true, or false and the message
 *   doonnewstack(code)           runs code in a new thread: its status
 *   newstate() closestate(L1)    a state without libraries, nil when memory is out
 *   loadlib(L1)                  makes the openers of seven libraries globals of L1
 *   doremote(L1, code)           runs code in L1: its results as strings, or nil, status, message
 *   trick(n)                     stores n where a debugger finds it (t_client_trick) */
extern const luaL_Reg t_client_functions[];

extern int t_client_trick;

#endif
