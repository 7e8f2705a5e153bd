/* names.h -- the fields that a configuration may have. */
#ifndef CONFIG_NAMES_H
#define CONFIG_NAMES_H

/* Names of the fields at the top ("") or of a table "ref", "cand", "limits", "folder", or "matrix" for one of
 * them, ended by NULL.  NULL for anything else: its fields are not fixed. */
const char *const *names_of_fields(const char *table);

#endif
