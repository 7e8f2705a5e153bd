/* boxfile.h -- files of a sandbox: regular ones below one directory. */
#ifndef LIB_BOXFILE_H
#define LIB_BOXFILE_H

#include "lua.h"

#define BOXFILE_UPVALUES 2

/* Pushes the BOXFILE_UPVALUES values that the functions below need: directory `path`, held open until
 * the state ends, with at most `max_files` (0: 16) files of it open at a time, which may be written if
 * `writable`.  Raises an error if there is no such directory. */
void boxfile_push(lua_State *L, const char *path, int writable, int max_files);

/* lua_CFunctions with these upvalues.  A name that leads out of the directory is an error that names
 * the capability, and so is a mode that would write where that is not granted. */
int boxfile_open(lua_State *L);     /* io.open(name [, mode]) */
int boxfile_lines(lua_State *L);    /* io.lines(name) */
int boxfile_loadfile(lua_State *L); /* loadfile(name) */
int boxfile_dofile(lua_State *L);   /* dofile(name) */

#endif
