/* list.h -- Proto to text: what `luac -l` prints. */
#ifndef CHUNK_LIST_H
#define CHUNK_LIST_H

#include <stdio.h>

#include "types/proto.h"

/* Print the code of `p` and, behind it, of the functions in it; `full`: constants, local
 * variables and upvalues too, as `luac -l -l` does.  `p` must be compiled or verified code. */
void list_function(const Proto *p, bool full, FILE *out);

#endif
