/* path.h -- file names, patterns of them, and whole files as bytes. */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include "base/bytes.h"
#include "base/diag.h"

/* Does `path` match `pattern`?  `*` and `?` do not match '/', `**` does and may stand for no folder
 * at all ("a/" "**" "/b" matches "a/b"); [a-z] is a set. */
bool path_match(const char *pattern, const char *path);

/* Has `text` a character that path_match treats specially? */
bool path_is_pattern(const char *text);

/* Regular files below `folder` (or `folder` itself, if it is a file), sorted bytewise, symbolic links
 * to folders not followed, names that begin with '.' left out.  Names begin with `folder`. */
bool path_walk(const char *folder, Strings *files, Diag *why);

bool path_exists(const char *path);
bool path_is_folder(const char *path);
bool path_is_file(const char *path);
/* By its name: "liblua5.1.so.0". */
bool path_is_library(const char *path);

/* "a/b/c" -> "a/b"; "c" -> ".".  Owned by the caller. */
char *path_folder(const char *path);
const char *path_base(const char *path);
char *path_join(const char *folder, const char *name);
/* The absolute form, links resolved; an owned copy of `path` itself if it does not exist. */
char *path_absolute(const char *path);
/* `path` as seen from `top` (absolute) if it lies below it, else as it is.  Owned. */
char *path_below(const char *top, const char *path);

/* mkdir -p. */
bool path_make_folder(const char *path, Diag *why);
/* rm -rf; a missing path is fine. */
bool path_remove(const char *path, Diag *why);

bool path_read(const char *path, Bytes *content, Diag *why);
/* Writes a file so that it is either old or new, never half (a temporary one is renamed); what is
 * there and no file, such as a device, is written to as it is. */
bool path_write(const char *path, const void *data, size_t n, Diag *why);

/* Where a program is on PATH (or `name` itself if it has a '/'), or NULL.  Owned. */
char *path_find_program(const char *name);

/* A folder of the tool's own, such as "scripts/gdb": in the checkout that holds its build folder,
 * or by its last name in share/oracle of the prefix where it is installed.  NULL if there is none.
 * Owned. */
char *path_beside_program(const char *name);

#endif
