/* tabsort.h -- table.sort, for lib_table.c's table. */
#ifndef LIB_TABSORT_H
#define LIB_TABSORT_H

#include "lua.h"

int lib_table_sort(lua_State *L);   /* sort(t [, less]) -- manual 5.5 */

#endif
