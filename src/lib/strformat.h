/* strformat.h -- string.format, for lib_string.c's table. */
#ifndef LIB_STRFORMAT_H
#define LIB_STRFORMAT_H

#include "lua.h"

int lib_string_format(lua_State *L);   /* format(formatstring, ...) -- manual 5.4 */

#endif
