/* parse.h -- the text of a case file becomes cases; what is not understood is an error with file
 * and line, so that a misspelt directive can never turn a case into one that tests nothing.
 * docs/oracle/cases.md is the format. */
#ifndef CASE_PARSE_H
#define CASE_PARSE_H

#include "base/diag.h"
#include "case/case.h"

typedef struct CaseList {
  Case **at;             /* owned */
  size_t n, cap;
} CaseList;

/* Parses the content of `path` (shown so in ids and messages; `.cases` or a single program).  `tags`:
 * the words that may be tags.  False at the first error, EXIT_USAGE; the list is then unchanged. */
bool case_parse(const char *path, const Bytes *text, const Strings *tags, CaseList *list,
                Diag *why);

void case_free(Case *item);
void case_list_free(CaseList *list);

/* A program given on the command line (`oracle exec -e`): one plain case with the id `name`. */
Case *case_of_text(const char *name, const void *text, size_t n);

/* Fills in item->hash; for whoever changes a case after parsing. */
void case_seal(Case *item);

#endif
