/* dump.h -- Proto to bytes: the format of luac and string.dump. */
#ifndef CHUNK_DUMP_H
#define CHUNK_DUMP_H

#include "types/state.h"

/* Write `p` through `writer`; `strip` leaves out debug information.  Returns the first non-zero
 * result of the writer, or 0. */
int dump_proto(lua_State *L, const Proto *p, lua_Writer writer, void *data, bool strip);

#endif
