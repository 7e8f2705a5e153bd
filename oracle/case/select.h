/* select.h -- which cases a user means: -k TEXT, -E FILTER and ids.
 *
 *   filter  = term { "|" term }          or
 *   term    = factor { "&" factor }      and, binds tighter
 *   factor  = "!" factor | "(" filter ")" | NAME "(" argument ")"
 *   NAME    = id title file tag manual channel need mode
 *   argument: a word, a pattern with * ? [] **, or /regular expression/ (PCRE2)
 *
 * `manual(2.5)` means the section and what is below it; `mode` asks for the mode of the run. */
#ifndef CASE_SELECT_H
#define CASE_SELECT_H

#include "base/diag.h"
#include "case/case.h"

typedef struct Filter Filter;

/* NULL with why (EXIT_USAGE, the column named) if the text is no filter. */
Filter *filter_parse(const char *text, Diag *why);
void filter_free(Filter *f);
/* The first tag that it names and that is none of the `known` ones; NULL. */
const char *filter_unknown_tag(const Filter *f, const Strings *known);
bool filter_accepts(const Filter *f, const Case *item, const char *mode);

#endif
