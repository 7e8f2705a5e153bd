/* t_capi.h -- testC: a small language whose instructions are calls of the C API, so that scripts
 * can test the API.  It needs the public API only, and so it runs on any library for Lua 5.1:
 * tests/api/testc_module.c makes a C module of it.
 *
 *   T.testC(code, ...)   runs code on the stack of this very C function: index 1 is the code, 2 and
 *                        above are the arguments
 *   T.testC(L1, code)    runs it on the stack of the state whose address is the number L1; operands
 *                        `.` and `return` still mean the caller's stack
 *   f(code, ...)         the same for a closure f that pushcclosure has made
 *
 * A program is instructions and operands, separated by blanks, tabs, newlines, commas and
 * semicolons.  Operands, by the letter that stands for them in the table of instructions:
 *   n   a number: decimal digits, perhaps after a '-'; or '.', which pops a number from the stack
 *   i   an index: a number; R registry, G globals, E environment, U1 U2 ... upvalues
 *   s   a word
 * The instructions are in t_capi.c.  An unknown one raises "unknown instruction NAME".  A program
 * that drops its own code from the stack relies on somebody else's keeping that string alive. */
#ifndef TESTLIB_T_CAPI_H
#define TESTLIB_T_CAPI_H

#include "lua.h"

int t_testc(lua_State *L);

#endif
