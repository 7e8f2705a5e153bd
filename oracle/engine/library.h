/* library.h -- a liblua5.1 that is loaded into this process, with its host and its play.
 *
 * Namespaces are scarce and a library cannot be unloaded cleanly, so a library that an engine gives
 * back is kept for the next engine that asks for the same file. */
#ifndef ENGINE_LIBRARY_H
#define ENGINE_LIBRARY_H

#include "engine/got.h"
#include "engine/guard.h"
#include "engine/play.h"

#define LIBRARY_RANGES 4

typedef struct Library {
  LuaApi api;
  char *asked;                   /* the name it was asked for by */
  Host *host;
  Guard *guard;
  Play play;
  unsigned number;               /* from 0; decides where its arenas lie */
  bool own_namespace;
  bool in_use;
  bool whole_states;             /* keeps state outside lua_Alloc (LuaJIT's machine code): a new
                                    state for each run instead of a snapshot */
  bool sanitized;
  GotRange statics[LIBRARY_RANGES];      /* its writable data */
  unsigned nstatics;
  size_t statics_bytes;
  char *statics_saved;           /* NULL until library_save_statics found that runs change them */
} Library;

/* Loads the library or takes one that was given back.  own_namespace: libraries of its own. */
Library *library_take(const char *path, bool own_namespace, Diag *why);
void library_give_back(Library *lib);

/* Remembers the library's writable data, puts it back, forgets it. */
void library_save_statics(Library *lib);
void library_restore_statics(Library *lib);
void library_forget_statics(Library *lib);
/* Has a run changed them since they were saved? */
bool library_statics_changed(const Library *lib);

#endif
