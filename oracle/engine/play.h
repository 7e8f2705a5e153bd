/* play.h -- does to a state what the program `lua` does for one script, and notes what happens.
 *
 * The stack, the calls and the messages are those of the stand-alone interpreter (manual chapter
 * 6), so that a script cannot tell the difference and both engines give the same verdict.  Runs
 * inside guard_run.  One play at a time in a process. */
#ifndef ENGINE_PLAY_H
#define ENGINE_PLAY_H

#include "engine/api.h"
#include "engine/arena.h"
#include "engine/engine.h"
#include "engine/host.h"
#include "observe/canon.h"

typedef struct Play {
  /* Of the library, set by play_open. */
  const LuaApi *api;
  Host *host;
  __typeof__(lua_newuserdata) *lua_newuserdata;      /* what the slots held */
  __typeof__(lua_resume) *lua_resume;
  __typeof__(lua_sethook) *lua_sethook;
  __typeof__(lua_gethook) *lua_gethook;
  __typeof__(lua_gethookmask) *lua_gethookmask;
  __typeof__(lua_gethookcount) *lua_gethookcount;
  bool notices_userdata;
  Canon seen_values;

  /* Of the run: set before play_script. */
  const RunRequest *request;
  Observation *seen;
  Arena *arena;                  /* NULL: the state has another allocator */
  size_t memory;                 /* the arena's limit */
  unsigned wanted;               /* channels */
  uint64_t fuel;                 /* left; 0: no limit */
  uint64_t piece;                /* instructions between two looks at it */
  const char *init;              /* LUA_INIT, or NULL */
  bool opens_libraries;          /* the state is bare */

  /* Of the run: what was found. */
  lua_State *running;            /* the thread that runs now */
  bool made_userdata;            /* there may be finalisers */
  unsigned allocations_outside;  /* of memory that did not come through lua_Alloc */
  bool closed;                   /* lua_close has run */
  int status;                    /* of the exit */
} Play;

/* Puts the play's own slots beside the host's.  With `arena` memory that the library takes by
 * itself is counted. */
bool play_open(Play *p, const LuaApi *api, Host *host, bool arena, Diag *why);
void play_free(Play *p);

/* Makes a play the present one and forgets what was found before. */
void play_begin(Play *p, const RunRequest *request, Observation *seen, unsigned wanted);

/* Opens the libraries in a bare state that is then kept, as the program does it: the status. */
int play_prepare(Play *p, lua_State *L);

/* The whole program: LUA_INIT, script, report, lua_close where it can be noticed.  p->status. */
void play_script(Play *p, lua_State *L);

/* Makes the running thread leave by LEFT_BY_CLOCK at its next instruction.  Signal-safe. */
void play_stop(Play *p);

/* A panic function that ends the run as the program would end. */
int play_panic(lua_State *L);

#endif
