/* fields.h -- typed reading of configuration data: what is unknown or of the wrong kind is an error
 * that names the file, the line where it can be found, and the field. */
#ifndef CONFIG_FIELDS_H
#define CONFIG_FIELDS_H

#include "config/luadata.h"

/* Where fields are being read; nested as the tables are. */
typedef struct Fields {
  const Data *table;
  const struct Fields *outer;
  const char *name;      /* of this table in the outer one; "" at the top */
  const char *file;      /* shown in messages */
  const Bytes *text;     /* of that file, for line numbers; may be NULL */
  const char *prefix;    /* "modes.gc", or "" */
  Diag *why;
  const char *base_file; /* where values of origin "base" are written; NULL: in `file` */
  const Bytes *base_text;
} Fields;

/* "file:line: prefix.table.name: text", false. */
__attribute__((format(printf, 3, 4)))
bool fields_fail(const Fields *f, const char *name, const char *format, ...);

/* True if every key is one of `allowed` (NULL-terminated). */
bool fields_only(const Fields *f, const char *const *allowed);

/* Each leaves *result alone where the field is absent, and is false where it is of another kind. */
bool fields_text(const Fields *f, const char *name, const char **result);
bool fields_flag(const Fields *f, const char *name, bool *result);
bool fields_number(const Fields *f, const char *name, double least, double most, double *result);
bool fields_count(const Fields *f, const char *name, uint64_t *result);   /* 5e7 or "5e7" */
bool fields_size(const Fields *f, const char *name, uint64_t *result);    /* 1024 or "64M" */
bool fields_seconds(const Fields *f, const char *name, double *result);   /* 2 or "2s" */
bool fields_list(const Fields *f, const char *name, Strings *result);     /* replaces */
/* A table of texts, as "NAME=VALUE" words in the order of the names. */
bool fields_pairs(const Fields *f, const char *name, Strings *result);
/* One of `words` (NULL-terminated): its index. */
bool fields_choice(const Fields *f, const char *name, const char *const *words, int *result);
/* *inner is for the table `name`; its table is NULL where the field is absent. */
bool fields_table(const Fields *f, const char *name, Fields *inner);

#endif
