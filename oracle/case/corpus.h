/* corpus.h -- the cases that a run may use: found, read, and each id once.
 *
 * Every broken file is an error; all of them are collected, so that one run of the tool shows them
 * all, and a corpus with errors is never run. */
#ifndef CASE_CORPUS_H
#define CASE_CORPUS_H

#include "case/parse.h"

typedef struct Corpus {
  CaseList cases;        /* sorted by file as walked, in the file's order */
  Strings paths;         /* files that were read, as shown */
  Strings tags;          /* words of the TAGS files that hold for them */
  Strings errors;        /* "path:line: what is wrong" */
} Corpus;

/* Adds the cases of `inputs`: files, folders (every .cases and .lua file below), patterns with * ?
 * [] and **; "!pattern" takes away what was found so far by that name.  Names are relative to `top`
 * (absolute) and shown so.  A file that two inputs name is read once.  An input that names nothing is an
 * error in `errors`.  False only if a folder cannot be read. */
bool corpus_load(Corpus *c, const Strings *inputs, const char *top, Diag *why);
void corpus_free(Corpus *c);

/* NULL if there is none; `nearest`, if not NULL, then gets the id that was perhaps meant. */
Case *corpus_find(const Corpus *c, const char *id, const char **nearest);

#endif
