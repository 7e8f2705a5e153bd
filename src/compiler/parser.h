/* parser.h -- the grammar.  Manual: chapter 8. */
#ifndef COMPILER_PARSER_H
#define COMPILER_PARSER_H

#include "compiler/scope.h"

/* Compile a whole chunk, from the first token of c->lx to the end of its source.  The
 * finished main function is at c->roots.object[0].  Raises what compile_chunk does. */
MAY_THROW MAY_GC void parse_chunk(Compiler *c);

#endif
