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
  GotRange data[LIBRARY_RANGES]; /* its writable data */
  unsigned ndata;
  size_t data_bytes;
  char *data_saved;              /* NULL: runs do not change it */
} Library;

/* Loads the library or takes one that was given back.  own_namespace: libraries of its own. */
Library *library_take(const char *path, bool own_namespace, Diag *why);
void library_give_back(Library *lib);

/* Remembers the library's writable data, puts it back, forgets it. */
void library_save_data(Library *lib);
void library_restore_data(Library *lib);
void library_forget_data(Library *lib);
/* Has a run changed it since it was saved? */
bool library_data_changed(const Library *lib);

#endif
