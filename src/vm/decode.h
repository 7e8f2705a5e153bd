/* decode.h -- the executable form of a function, and how it is made from the canonical one; never
 * the other way.
 *
 * It is one 64-bit word per canonical instruction, at the same index, so that a program counter means
 * the same in both.  It is made at the function's first call.  From the lowest bit, a word is
 *
 *     handler 8 | A 8 | X 16 | B 16 | C 16        or        handler 8 | A 8 | X 16 | D 32
 *
 *   A, B, C  as in the canonical instruction; B and C may be registers, indices of constants, or
 *            RK operands as the handler knows; counts are stored less one (results wanted, -1: all)
 *   D        Bx, or a signed jump distance
 *   X        where a name was found last: the node index that handlers of access by constant name
 *            try first.  They rewrite it; nothing else of a word ever changes.
 *
 * Decoding decides once what the canonical form would decide at each execution: whether an operand
 * is a register or a constant and of what type, and how many values a call or return has.      */
#ifndef VM_DECODE_H
#define VM_DECODE_H

#include "types/state.h"

/* Handlers of the executable form: one row in handlers.def each. */
typedef enum Handler {
#define HANDLER(name) H_##name,
#include "vm/handlers.def"
#undef HANDLER
  NUM_HANDLERS
} Handler;

static inline unsigned word_handler(Word w) { return (uint8_t)w; }
static inline unsigned word_a(Word w) { return (uint8_t)(w >> 8); }
static inline unsigned word_x(Word w) { return (uint16_t)(w >> 16); }
static inline unsigned word_b(Word w) { return (uint16_t)(w >> 32); }
static inline unsigned word_c(Word w) { return (unsigned)(w >> 48); }
static inline int32_t word_d(Word w) { return (int32_t)(w >> 32); }
static inline Word word_set_x(Word w, unsigned x) {
  return (w & ~(UINT64_C(0xFFFF) << 16)) | (Word)x << 16;
}

/* Make p->exec.  Raises LUA_ERRMEM.  Does not collect. */
MAY_THROW void decode_proto(lua_State *L, Proto *p);

#endif
