/* scope.h -- functions, blocks and names: which variable a name means, and how long it lives.
 *
 * The n-th active local of a function is its register n.  A local that an inner function
 * uses marks the block it belongs to: leaving that block closes the variable (CLOSE).
 * Locals of a function's outermost level belong to no block: returning closes them.
 * Manual: 2.6. */
#ifndef COMPILER_SCOPE_H
#define COMPILER_SCOPE_H

#include "compiler/operand.h"

/* One compilation: what lives as long as it does. */
typedef struct Compiler {
  Lexer lx;
  FuncState *fs; /* innermost function; each one is a block of memory of its own */
  TString *source;
  int max_level; /* of L->ncalls: nested calls and nested syntax share one counter */
  Roots roots; /* [0]: the main function, which holds all others; [1]: source */
} Compiler;

typedef struct ScopeBlock {
  struct ScopeBlock *outer;
  JumpList breaks; /* jumps out of a loop */
  uint8_t nactive; /* active locals outside */
  bool is_loop;
  bool is_captured; /* so far */
} ScopeBlock;

/* ---- Functions ------------------------------------------------------------ */

/* Begin a function inside the current one; it becomes the current one. */
MAY_THROW FuncState *scope_open_function(Compiler *c);
/* End the current function, which is complete then.  Returns it as a value in the enclosing
 * one (the main function: void). */
MAY_THROW Operand scope_close_function(Compiler *c);
/* Free what the compilation owns, at its end or after a throw.  Never raises. */
void scope_discard(Compiler *c);

/* ---- Blocks --------------------------------------------------------------- */

void scope_open_block(FuncState *fs, ScopeBlock *block, bool is_loop);
/* End the innermost block and its locals; breaks out of it arrive here. */
MAY_THROW void scope_close_block(FuncState *fs);
/* Leave the innermost loop.  Raises LUA_ERRSYNTAX "no loop to break". */
MAY_THROW void scope_break(FuncState *fs);

/* ---- Names ---------------------------------------------------------------- */

/* Declare a local, number `n` (from 0) of those that wait to be activated together.
 * Raises LUA_ERRSYNTAX "... has more than 200 local variables", LUA_ERRRUN "too many local
 * variables". */
MAY_THROW void scope_declare(FuncState *fs, TString *name, int n);
/* The same for the names that the compiler needs itself: "self", "(for index)". */
MAY_THROW void scope_declare_literal(FuncState *fs, const char *name, int n);
/* The next `n` declared locals begin to live; their registers are the next ones. */
void scope_activate(FuncState *fs, int n);
/* The newest local is known only from here on, as far as debug information goes. */
void scope_restart_last(FuncState *fs);

/* The variable that `name` means: a local, an upvalue or a global.
 * Raises LUA_ERRSYNTAX "... has more than 60 upvalues". */
MAY_THROW Operand scope_find(FuncState *fs, TString *name);

/* Raise LUA_ERRSYNTAX "main function has more than LIMIT WHAT", or "function at line N has
 * ...", if `n` does. */
MAY_THROW void scope_check_limit(FuncState *fs, int n, int limit, const char *what);

#endif
