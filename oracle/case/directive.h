/* directive.h -- the keys of a case's head, and what each makes of its value. */
#ifndef CASE_DIRECTIVE_H
#define CASE_DIRECTIVE_H

#include "base/diag.h"
#include "case/case.h"

/* A case while its head is read: which keys were seen. */
typedef struct Head {
  Case *item;
  const Strings *tags;   /* the words that may be tags */
  uint32_t seen;         /* bits, by row of the table of keys */
} Head;

/* Applies `key: value`.  False, with a text without file and line, for an unknown key, a key given
 * twice, a value that is not one. */
bool directive_apply(Head *head, const char *key, const char *value, Diag *why);
bool directive_add_tag(Head *head, const char *tag, Diag *why);
bool directive_was_given(const Head *head, const char *key);

#endif
