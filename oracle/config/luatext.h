/* luatext.h -- where a field is written in a Lua file that returns a table: for messages, and for
 * what is written into such a file.  Looks at the text alone; the file was read by Lua before, so
 * it has no unfinished strings and its brackets are balanced. */
#ifndef CONFIG_LUATEXT_H
#define CONFIG_LUATEXT_H

#include "base/bytes.h"

/* Just after the token, comment or blanks at `s`, which is not the end. */
const char *luatext_skip(const char *s);

/* Are there blanks or a comment at `s`? */
bool luatext_is_blank(const char *s);

/* Line of the field that `keys` name one inside the other, from 1.  Where a key is not written out,
 * because a function makes the table, the line of the field around it; 0 if there is none, or if
 * the file does not end with a table.  *found is the number of keys that were found; may be NULL.
 * A key matches the name that appends to it as well: ["input+"]. */
int luatext_line(const char *text, const Strings *keys, size_t *found);

/* Line of the first field that its table has already, of which Lua keeps the last one alone, and its
 * name; 0 if there is none. */
int luatext_twice(const char *text, Bytes *name);

#endif
