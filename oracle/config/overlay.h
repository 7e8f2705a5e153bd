/* overlay.h -- fields over fields. */
#ifndef CONFIG_OVERLAY_H
#define CONFIG_OVERLAY_H

#include "config/config.h"

/* A table without a list in it. */
bool overlay_is_map(const Data *d);

/* Puts the fields of `over` over those of `under`: tables field by field, lists and scalars
 * replace, names that end with '+' append their list. */
void overlay_fields(Data *under, const Data *over);

/* Sets the field that a path such as "limits.fuel" names; owns `value`. */
void overlay_set_path(Data *tree, const char *path, Data *value);

/* Sets the field of the command line; a path that ends with '+' appends to its list. */
void overlay_override(Data *tree, const Override *o);

#endif
