/* config.h -- oracle.lua: what is run in which runtimes, as modes.
 *
 * The base's fields are those of every mode; a mode says what differs.  Tables are merged field by
 * field, lists and scalars replace, ["input+"] appends.  Declared modes replace the unnamed base: it is
 * a mode only where none is declared.  docs/oracle/config.md lists the fields for users.          */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "config/luadata.h"
#include "engine/engine.h"

typedef struct Mode {
  const char *name;      /* "base" where no mode is declared */
  bool by_default;       /* a bare `oracle run` runs it */
  const char *why;       /* what it is for: `oracle modes` shows it */
  Strings input;         /* see corpus_load */
  const char *exclude;   /* a filter (case/select.h) of cases that it leaves out, or "" */
  EngineSpec ref, cand;  /* kind "inproc" or "exec" */
  bool has_process;      /* the two below are given: what an in-process engine refuses, they run */
  EngineSpec ref_process, cand_process;
  Conditions conditions;
  const char *folder_file;   /* that conditions.folder has to have; or NULL */
  const char *folder_build;  /* command that makes conditions.folder: the remedy; or NULL */
  const char *ledger;    /* file of known divergences, or "" */
  const char *rules;     /* folder of rules, or "" for none */
  const char *output;    /* folder of its artefacts */
  Data *fields;          /* resolved; the origin of a value is "default", "base", "mode", "matrix",
                            or the option or variable that gave it: see config/origin.h */
  size_t text;           /* of Config.texts: where its own fields are written */
  char *table;           /* ... as modes.TABLE there; "" if the whole file is the mode's */
  char *matrix;          /* of which it is a combination, or "" */
  uint64_t hash;         /* of what can change a verdict, apart from builds and cases */
} Mode;

/* A file of the configuration as it was read; the first one is oracle.lua. */
typedef struct ConfigText { char *file; Bytes text; } ConfigText;

typedef struct Config {
  char *path;            /* of oracle.lua, absolute; "" for the built-in one */
  char *top;             /* its folder, absolute: relative names begin there */
  char *state;           /* absolute folder of runs and history: TOP/.oracle */
  Mode *modes;           /* sorted by name */
  size_t nmodes;
  ConfigText **texts;
  size_t ntexts;
  bool declared;         /* modes are declared: the base is none */
} Config;

/* A field given on the command line: it wins over every mode.  Without a value it is taken out. */
typedef struct Override { const char *path, *value, *origin; } Override;

/* Reads `path`, or the nearest oracle.lua above the working folder, or, with neither, takes
 * `builtin` (a text) with the working folder as top; so does the path "-".  False, EXIT_USAGE, for anything that is
 * not understood: "oracle.lua:12: modes.gc.limits.fuel: ...". */
bool config_load(Config *c, const char *path, const char *builtin, const Override *overrides,
                 size_t noverrides, Diag *why);
void config_free(Config *c);

/* The nearest oracle.lua above the working folder, or NULL.  Owned. */
char *config_find(void);

/* The folder of what runs leave: beside the configuration `path`, or the nearest one for NULL; here
 * where there is none, as for "-".  Owned. */
char *config_state(const char *path);

/* The program of one side of a mode: what runs it, or what runs cases that its library cannot; NULL
 * where there are only libraries. */
const EngineSpec *config_program(const Mode *m, bool is_reference);

/* Does the folder of the mode, if it has one, have this file?  EXIT_INFRA with the remedy. */
bool config_check_folder(const Mode *m, const char *file, Diag *why);

/* The modes that `spec` means: NULL: those by default; "a,b": these; "san:*": patterns;
 * "-a,-b": the default ones without these.  Adding and taking away do not mix.  Unknown names and
 * patterns without a match are errors with a suggestion.  `chosen` gets nmodes entries at most. */
bool config_choose(const Config *c, const char *spec, Mode **chosen, size_t *n, Diag *why);

#endif
