/* check.h -- the spellings of a condition that must hold, by what happens when it does not.
 *
 *   CHECK(c)         proved: tested only in builds with LUA_ASSERT, where a failure aborts;
 *   ALWAYS(c)        believed: evaluates to c; a build with LUA_ASSERT aborts when c is false;
 *   NEVER(c)         the same for a condition that must be false;
 *   UNREACHABLE()    control never comes here;
 *   api_check(c,msg) a host kept the contract of the C API (tested only with LUA_ASSERT).  */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

#include "base/common.h"
#include "base/config.h"

/* Print `what`, where it is, and abort.  Never returns. */
NORETURN void check_failed(const char *what, const char *file, int line);

#if LUA_ASSERT
#define CHECK(c) ((c) ? (void)0 : check_failed(#c, __FILE__, __LINE__))
#define ALWAYS(c) ((c) ? 1 : (check_failed("ALWAYS(" #c ")", __FILE__, __LINE__), 0))
#define NEVER(c) ((c) ? (check_failed("NEVER(" #c ")", __FILE__, __LINE__), 1) : 0)
#define UNREACHABLE() check_failed("UNREACHABLE()", __FILE__, __LINE__)
#define api_check(c, msg) ((c) ? (void)0 : check_failed("API misuse: " msg, __FILE__, __LINE__))
#else
#define CHECK(c) ((void)sizeof(c))
#define ALWAYS(c) (c)
#define NEVER(c) (c)
#define UNREACHABLE() __builtin_unreachable()
#define api_check(c, msg) ((void)sizeof(c))
#endif

#endif
