/* code.h -- compiled code as text, for tests of the compiler and of chunks.
 *
 * An instruction is written as `luac -l` does, without line and comment: constants count downwards from
 * -1; instructions are separated by "; ". */
#ifndef SUPPORT_CODE_H
#define SUPPORT_CODE_H

#include "support/harness.h"
#include "types/proto.h"

/* The function that `source` compiles to, as the chunk "=test"; it stays on the stack. */
const Proto *code_of(lua_State *L, const char *source);

/* The code of `p`, in a buffer that the next call overwrites. */
const char *code_text(const Proto *p);

typedef struct CodeCase {
  const char *source;
  const char *expected; /* code of the main function, or a message */
} CodeCase;

/* Each source compiles to the code that luac5.1 gives. */
void code_compiles(const CodeCase *cases, size_t n);
/* Each source is refused with this message. */
void code_is_refused(const CodeCase *cases, size_t n);

#endif
