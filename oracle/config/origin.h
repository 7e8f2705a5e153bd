/* origin.h -- where the value of a field comes from. */
#ifndef CONFIG_ORIGIN_H
#define CONFIG_ORIGIN_H

#include "config/config.h"

/* Appends where `value`, which the mode has in the field that `keys` name, was written:
 * "oracle.lua:12", "oracle.lua:30 (matrix under)", "--fuel", "ORACLE_FUEL" or "default", also for a
 * field that nobody gave (NULL).  Where a function of the file makes the table, the line is that of
 * the call. */
void origin_append(const Config *c, const Mode *m, const Strings *keys, const Data *value,
                   Bytes *to);

#endif
