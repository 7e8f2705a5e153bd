/* wrap.h -- the Lua source by which a program that knows nothing of transforms, preloads and entry
 * points is made to run them.
 *
 * What has to happen before the script comes by LUA_INIT, so that the script itself is run by the
 * program, with its own name and `arg`.  What goes around it is a script of the same name that loads the
 * real one under that name.  Both work in Lua 5.1, LuaJIT and 5.4. */
#ifndef ENGINE_WRAP_H
#define ENGINE_WRAP_H

#include "engine/engine.h"

/* Must anything come before the script, or go around it? */
bool wrap_has_prelude(const Conditions *c);
bool wrap_has_script(const Conditions *c);

void wrap_append_prelude(Bytes *to, const Conditions *c);

/* A script that runs the chunk in the file `chunk` as if its name were `script`. */
void wrap_append_script(Bytes *to, const Conditions *c, const char *script, const char *chunk);

/* A Lua string literal of any bytes but NUL. */
void wrap_append_literal(Bytes *to, const char *text);

/* "", or why a program cannot run the case under these conditions. */
const char *wrap_refuses(const Case *item, const Conditions *c);

#endif
