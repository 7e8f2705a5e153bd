// lua.hpp -- the three headers for C++ programs, whose compiler must be told that
// the functions have C linkage.

extern "C" {
#include "lua.h"
#include "lualib.h"
#include "lauxlib.h"
}
