/* room.h -- the private directory (place.h) for cases that run in this process: entered only when a
 * case touches a file.
 *
 * Most cases touch none: for them nothing is written and nobody changes the working directory.  The
 * others find their script, their files and what the mode mounts, and nothing of an earlier run. */
#ifndef ENGINE_ROOM_H
#define ENGINE_ROOM_H

#include "engine/place.h"

typedef struct Room Room;

Room *room_open(Diag *why);
void room_close(Room *r);

/* Where it is, for HOME and PATH. */
const Place *room_place(const Room *r);

/* What the directory would have; nothing is made yet. */
void room_assign(Room *r, const Case *item, const Conditions *conditions);

/* The host's name of the file that the case calls `guest`, in *name (owned by the room, until the
 * next call); makes the directory and enters it if that matters.  A name that surely does not exist
 * and is only to be read is answered with NULL in *name, without making anything. */
bool room_find(Room *r, const char *guest, bool only_reads, const char **name, Diag *why);

/* Makes the directory and enters it. */
bool room_enter(Room *r, Diag *why);

/* A new file for os.tmpname: writes its guest's name over the six X of `pattern` and creates it.
 * Its descriptor, or -1 with errno. */
int room_make_temporary(Room *r, char *pattern);

/* Goes back to where the worker was; forgets the case. */
bool room_leave(Room *r, Diag *why);

#endif
