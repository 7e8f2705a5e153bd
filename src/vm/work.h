/* work.h -- budgets (include/lua_limits.h): the instructions whose cost depends on a table.
 *
 * Every instruction of a state with a budget costs a unit.  Most do no more than a bounded amount of
 * work, or call C code that spends for itself.  The rest are here. */
#ifndef VM_WORK_H
#define VM_WORK_H

#include "types/state.h"
#include "vm/decode.h"

/* Whether the instruction has to go through work_spend. */
static inline bool work_is_long(const lua_State *L, Word w) {
  const unsigned handler = word_handler(w);
  return unlikely(handler == H_TFORLOOP || handler == H_LEN) || unlikely(G(L)->limits.crowded);
}

/* Spend what instruction `w` of the running function is about to cost beyond its unit. */
void work_spend(lua_State *L, const LClosure *f, const TValue *base, Word w);

#endif
