/* luadata.h -- a Lua file that returns data (oracle.lua, a ledger), read as a tree.
 *
 * The file runs in the reference library, never in the VM under test, with an empty environment and
 * an instruction budget: it can build tables and nothing else.  The tree is a copy: the state is
 * closed before it is returned.  Functions, userdata, threads, cycles and depth above 32 are errors. */
#ifndef CONFIG_LUADATA_H
#define CONFIG_LUADATA_H

#include "base/bytes.h"
#include "base/diag.h"

typedef enum DataKind { DATA_NIL, DATA_BOOLEAN, DATA_NUMBER, DATA_STRING, DATA_TABLE } DataKind;

typedef struct Data Data;
typedef struct DataPair { Data *key, *value; } DataPair;

struct Data {
  DataKind kind;
  bool boolean;
  double number;
  Bytes string;
  DataPair *pairs;       /* of a table: number keys in ascending order, then string keys in bytewise order */
  size_t npairs;
  const char *origin;    /* where the value comes from, "" until somebody says so; not owned */
};

/* `reference`: path of the liblua that reads it.  NULL with why (EXIT_USAGE: the file is wrong;
 * EXIT_INFRA: the library cannot be loaded). */
Data *luadata_read(const char *path, const char *reference, Diag *why);

/* The same for a text; `name` stands in messages. */
Data *luadata_parse(const char *text, size_t n, const char *name, const char *reference, Diag *why);
void luadata_free(Data *d);
Data *luadata_copy(const Data *d);

/* All values of the tree that do not say yet are said to come from `origin`, which must outlive it. */
void luadata_set_origin(Data *d, const char *origin);

/* Makers, for defaults and options that are merged into a tree. */
Data *luadata_string(const char *s);
Data *luadata_number(double n);
Data *luadata_boolean(bool b);
Data *luadata_table(void);

/* The value of a string key, or of an array index from 1; NULL if absent. */
Data *luadata_field(const Data *table, const char *name);
Data *luadata_at(const Data *table, size_t i);
size_t luadata_length(const Data *table);          /* of the array part: 1..n without a gap */
void luadata_set(Data *table, const char *name, Data *value);   /* owns `value`; NULL removes */
void luadata_append(Data *table, Data *value);

/* Text of a string value, NULL for anything else. */
const char *luadata_text(const Data *d);
const char *luadata_kind_name(const Data *d);

#endif
