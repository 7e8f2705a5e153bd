/* case.h -- one case: a claim, the program that would show it false, and how to run it.
 *
 * docs/oracle/cases.md is the format for users; this is what a case file means once it is read.
 * Cases are read-only after corpus_load and live as long as their Corpus.  Strings are never NULL. */
#ifndef CASE_CASE_H
#define CASE_CASE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* What an engine can show of a run; the order is that of severity, the worst first. */
typedef enum Channel {
  CHANNEL_EXIT,          /* exit status or signal */
  CHANNEL_VALUES,        /* what the chunk returned, canonical (observe/canon.h) */
  CHANNEL_ERROR,         /* the error object: type, message, canonical */
  CHANNEL_TRACEBACK,     /* debug.traceback's text at the error */
  CHANNEL_STDERR,
  CHANNEL_STDOUT,
  CHANNEL_BYTECODE,      /* string.dump of the chunk, not stripped */
  CHANNEL_MEMORY,        /* bytes and blocks left after lua_close, open files left */
  CHANNEL_COUNT
} Channel;

#define CHANNEL_BIT(channel) (1u << (channel))
#define CHANNELS_ALL ((1u << CHANNEL_COUNT) - 1)

/* "stdout", ... ; channel_find returns -1 for an unknown name of length n. */
const char *channel_name(Channel channel);
int channel_find(const char *name, size_t n);

typedef enum Phase { PHASE_NONE, PHASE_PARSE, PHASE_COMPILE, PHASE_RUN } Phase;

/* What the host has to offer. */
typedef enum Need {
  NEED_PROCESS = 1,      /* a real process of the engine's own */
  NEED_SHELL = 2,
  NEED_TMP = 4,
  NEED_LIBS = 8,         /* the C modules of lua-5.1-tests/libs in ./libs */
  NEED_LOCALE = 16       /* locale pt_BR by LOCPATH */
} Need;

/* 0 for an unknown name. */
unsigned need_find(const char *name);

/* What the reference is known to do wrong; then `out` is the right answer. */
typedef enum Trouble { TROUBLE_NONE, TROUBLE_CRASH, TROUBLE_TIMEOUT, TROUBLE_WRONG } Trouble;

typedef struct CaseFile {
  char *name;            /* relative, no ".." */
  Bytes data;
} CaseFile;

typedef struct Case {
  char *id;              /* PATH#NAME, or PATH for a .lua file: unique in a corpus */
  const char *path;      /* as shown: relative to the project's top or as the user named it */
  int line;              /* of the head, from 1 */
  char *name, *title, *manual, *origin, *known;
  bool plain;            /* a .lua file without directives: a program, its folder is linked in */
  char *folder;          /* of the case file, absolute; a plain program sees what lies in it */
  Strings tags, modes;   /* modes: "asan", "!gcstress", ... */
  bool has_chunk;        /* false: there is only `cli` */
  Bytes chunk;
  char *script;          /* file name of the chunk: "case.lua" in a .cases file */
  bool borrows;          /* there is no chunk: `script` lies in the mode's folder */
  Strings args;          /* after the script's name */
  bool has_cli;
  Strings cli;           /* the whole command line after the program's name */
  Bytes input;           /* stdin */
  Strings env;           /* NAME=VALUE */
  CaseFile *files;
  size_t nfiles;
  unsigned channels;     /* bits; CHANNELS_ALL unless given */
  Phase phase;
  unsigned needs;
  uint64_t memory;       /* bytes; 0: the mode's */
  uint64_t fuel;         /* VM instructions; 0: the mode's */
  double seconds;        /* wall time; 0: the mode's */
  int expect_exit;       /* -1: not given; then 0, or 1 where `phase` is given */
  Trouble expect_trouble;
  Bytes says;            /* pattern of a line of stdout that shows the end was reached; or empty */
  bool has_out, has_err;
  Bytes out, err;        /* recorded output: the right answer */
  uint64_t hash;         /* of all that can change a verdict: the key of the cache */
} Case;

#endif
