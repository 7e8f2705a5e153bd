/* accept.c -- why this file exists: what failed becomes an entry that explains that and no more. */
#include "cli/accept.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "base/words.h"
#include "verdict/ledger.h"
#include "verdict/ledger_write.h"

bool accept_is_failure(VerdictKind verdict) {
  return verdict_class(verdict) == CLASS_FAIL && verdict != VERDICT_XPASS;
}

bool accept_read_terms(const Options *o, Terms *terms, Diag *why) {
  const char *expires = options_text(o, OPTION_EXPIRES), *owner = options_text(o, OPTION_OWNER);
  const struct passwd *user = owner ? NULL : getpwuid(getuid());
  double now = (double)time(NULL), span = 30 * 86400.0;
  *terms = (Terms){.why = options_text(o, OPTION_BECAUSE), .owner = user ? user->pw_name : owner};
  ledger_format_day(now, terms->added);
  if (terms->owner == NULL || *terms->owner == '\0') {
    return diag_set(why, EXIT_USAGE, "nobody owns the entry: --owner NAME");
  }
  if (expires && ledger_is_day(expires)) {
    strcpy(terms->expires, expires);
    return true;
  }
  if (expires && (!words_parse_span(expires, &span) || span < 86400)) {
    return diag_set(why, EXIT_USAGE, "--expires: '%s' is neither a span such as 30d nor a day such "
                    "as 2030-01-31", expires);
  }
  ledger_format_day(now + span, terms->expires);
  return true;
}

/* ---- What is meant -------------------------------------------------------------------------- */

typedef enum Form { FORM_ID, FORM_SIGNATURE, FORM_PATTERN } Form;

static bool is_meant(const Result *r, const char *what, Form form) {
  size_t n = strlen(what);
  if (!accept_is_failure(r->verdict)) return false;
  if (form == FORM_ID) return strcmp(r->id, what) == 0;
  if (form == FORM_PATTERN) return path_match(what, r->id);
  return what[n - 1] == '*' ? strncmp(r->signature, what, n - 1) == 0
                            : strcmp(r->signature, what) == 0;
}

static bool choose_form(const Results *failures, const char *what, Form *form, Diag *why) {
  const char **ids = mem_alloc((failures->n + 1) * sizeof *ids);
  bool found = false;
  for (int f = FORM_ID; *what && !found && f <= FORM_PATTERN; f++) {
    if (f == FORM_SIGNATURE && strchr(what, '|') == NULL) continue;
    *form = (Form)f;
    for (size_t i = 0; !found && i < failures->n; i++) {
      found = is_meant(&failures->at[i], what, *form);
    }
  }
  for (size_t i = 0; i < failures->n; i++) ids[i] = failures->at[i].id;
  const char *near = found ? NULL : strings_nearest(what, ids, failures->n);
  free(ids);
  if (found) return true;
  diag_set(why, EXIT_NOTHING, "no '%s' failed in run %s%s%s%s", what, failures->run,
           near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
  return false;
}

/* ---- Groups of failures --------------------------------------------------------------------- */

/* Failures that one entry may explain. */
typedef struct Group {
  const Result *first;
  const char *ledger;
  Strings modes;         /* in which they failed */
  size_t n;
} Group;

static bool belongs(const Group *g, const Result *r, const char *ledger, Form form) {
  return strcmp(g->ledger, ledger) == 0 && g->first->verdict == r->verdict &&
         (form != FORM_ID || strcmp(g->first->signature, r->signature) == 0);
}

/* False: a mode has no ledger, or is gone. */
static bool gather(const Config *c, const Results *failures, const char *what, Form form,
                   Group *groups, size_t *n, Diag *why) {
  for (size_t i = 0; i < failures->n; i++) {
    const Result *r = &failures->at[i];
    if (!is_meant(r, what, form)) continue;
    const Mode *mode = results_find_mode(c, r->mode);
    if (mode == NULL) return diag_set(why, EXIT_USAGE, "mode '%s' is no longer there", r->mode);
    if (*mode->ledger == '\0') {
      return diag_set(why, EXIT_USAGE, "mode '%s' has no ledger: give it one in oracle.lua, as in "
                      "ledger = \"known.lua\"", r->mode);
    }
    size_t g = 0;
    while (g < *n && !belongs(&groups[g], r, mode->ledger, form)) g++;
    if (g == *n) groups[(*n)++] = (Group){.first = r, .ledger = mode->ledger};
    if (!strings_has(&groups[g].modes, r->mode)) strings_add(&groups[g].modes, r->mode);
    groups[g].n++;
  }
  return true;
}

static bool write_entry(const Group *g, const char *mode, const char *what, Form form,
                        const Terms *terms, Diag *why) {
  LedgerDraft draft = {
    .verdict = verdict_word(g->first->verdict), .mode = mode, .why = terms->why,
    .owner = terms->owner, .added = terms->added, .expires = terms->expires,
    .sig = form == FORM_ID ? g->first->signature : form == FORM_SIGNATURE ? what : NULL,
    .cases = form == FORM_SIGNATURE ? NULL : what
  };
  char id[LEDGER_ID_LENGTH];
  if (!ledger_add(g->ledger, &draft, id, why)) return false;
  printf("%s: %s explains %s %s%s%s until %s\n", g->ledger, id, draft.verdict, what,
         mode ? " in mode " : "", mode ? mode : "", terms->expires);
  return true;
}

static bool write_group(const Config *c, const Group *g, const char *what, Form form,
                        const Terms *terms, Diag *why) {
  bool everywhere = true, ok = true;
  for (size_t i = 0; i < c->nmodes; i++) {
    bool uses = strcmp(c->modes[i].ledger, g->ledger) == 0;
    if (uses && !strings_has(&g->modes, c->modes[i].name)) everywhere = false;
  }
  if (everywhere) return write_entry(g, NULL, what, form, terms, why);
  for (size_t i = 0; ok && i < g->modes.n; i++) {
    ok = write_entry(g, g->modes.at[i], what, form, terms, why);
  }
  return ok;
}

bool accept_failures(const Config *c, const Results *failures, const char *what, const Terms *terms,
                     Diag *why) {
  Form form = FORM_ID;
  if (!choose_form(failures, what, &form, why)) return false;
  Group *groups = mem_alloc(failures->n * sizeof *groups);
  size_t n = 0;
  bool ok = gather(c, failures, what, form, groups, &n, why);
  for (size_t i = 0; ok && i < n; i++) ok = write_group(c, &groups[i], what, form, terms, why);
  for (size_t i = 0; i < n; i++) strings_free(&groups[i].modes);
  free(groups);
  return ok;
}
