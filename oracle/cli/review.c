/* review.c -- why this file exists: people decide about a failure with its difference in view. */
#include "cli/review.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/words.h"
#include "report/report.h"

/* Failures of one kind: the same case, verdict and signature, in several modes. */
static bool are_alike(const Result *a, const Result *b) {
  return a->verdict == b->verdict && strcmp(a->id, b->id) == 0 &&
         strcmp(a->signature, b->signature) == 0;
}

static void print_clean(const char *text, bool lines) {
  Bytes clean = {0};
  report_append_clean(&clean, text, strlen(text), lines);
  fputs(bytes_text(&clean), stdout);
  bytes_free(&clean);
}

/* "stdout  ID [modes]"; marks all that are alike as seen. */
static void print_head(const Results *all, size_t i, bool *seen) {
  const char *before = " [";
  printf("%-9s ", verdict_word(all->at[i].verdict));
  print_clean(all->at[i].id, false);
  for (size_t k = i; k < all->n; k++) {
    if (!are_alike(&all->at[i], &all->at[k])) continue;
    printf("%s%s", before, all->at[k].mode);
    before = ", ";
    seen[k] = true;
  }
  puts("]");
}

void review_list(const Config *c, const Results *failures, size_t *left) {
  bool *seen = mem_zero(failures->n + 1);
  *left = 0;
  for (size_t i = 0; i < failures->n; i++) {
    const Result *r = &failures->at[i];
    if (seen[i]) continue;
    print_head(failures, i, seen);
    Bytes command = {0};
    bytes_puts(&command, "oracle ledger accept");
    words_append_shell(&command, r->id);
    words_append_shell(&command, failures->run);
    printf("  %s\n  accept: ", r->signature);
    print_clean(bytes_text(&command), false);
    puts(" --because '...'");
    const Mode *mode = results_find_mode(c, r->mode);
    if (mode == NULL || *mode->ledger == '\0') printf("  but mode %s has no ledger yet\n", r->mode);
    bytes_free(&command);
    ++*left;
  }
  free(seen);
  const char *plural = *left == 1 ? "" : "s";
  if (*left == 0) printf("nothing failed in run %s\n", failures->run);
  else printf("%zu different failure%s of run %s\n", *left, plural, failures->run);
}

/* ---- On a terminal -------------------------------------------------------------------------- */

static const char HELP[] =
  "  a  accept: the ledger explains this case from now on\n"
  "  A  accept every failure with this signature\n"
  "  s  skip: it stays a failure\n"
  "  S  skip every failure with this signature\n"
  "  r  run it again\n"
  "  q  quit; what was accepted stays so\n";

/* The first byte of the answer and, for a reason, all of it; false at the end of input. */
static bool ask(const char *question, char **line) {
  size_t room = 0;
  *line = NULL;
  fputs(question, stdout);
  fflush(stdout);
  ssize_t n = getline(line, &room, stdin);
  if (n < 0) {
    puts("");
    free(*line);
    return false;
  }
  if (n > 0 && (*line)[n - 1] == '\n') (*line)[n - 1] = '\0';
  return true;
}

static char ask_key(void) {
  char *line;
  if (!ask("(a, A, s, S, r, q, ?) ", &line)) return 'q';
  char key = line[0] && line[1] ? '?' : line[0] ? line[0] : 's';
  free(line);
  return key;
}

typedef struct Review {
  const Config *config;
  const Results *all;
  const Terms *terms;
  bool *seen;            /* decided upon */
  size_t accepted;       /* of the different failures */
} Review;

/* Everything with the signature of `i` is decided; counts the different ones among them. */
static size_t mark_signature(Review *v, size_t i) {
  size_t n = 0;
  for (size_t k = i; k < v->all->n; k++) {
    if (strcmp(v->all->at[k].signature, v->all->at[i].signature) != 0) continue;
    bool first = k == i || !v->seen[k];
    for (size_t j = k; j < v->all->n; j++) {
      if (are_alike(&v->all->at[k], &v->all->at[j])) v->seen[j] = true;
    }
    n += first;
  }
  return n;
}

/* The failures that are alike, or have the same signature: borrowed. */
static Results gather(const Results *all, size_t i, bool by_signature) {
  Results some = {.log = all->log, .run = all->run, .at = mem_alloc(all->n * sizeof *some.at)};
  for (size_t k = 0; k < all->n; k++) {
    bool is_meant = by_signature ? strcmp(all->at[i].signature, all->at[k].signature) == 0
                                 : are_alike(&all->at[i], &all->at[k]);
    if (is_meant) some.at[some.n++] = all->at[k];
  }
  return some;
}

/* False: not written, and it is asked again. */
static bool accept_one(const Review *v, size_t i, bool by_signature) {
  Terms terms = *v->terms;
  Diag why = {0};
  char *reason = NULL;
  if (terms.why == NULL && ask("because: ", &reason) && *reason) terms.why = reason;
  bool ok = terms.why != NULL;
  if (!ok) puts("not accepted without a reason");
  else {
    const Result *r = &v->all->at[i];
    Results some = gather(v->all, i, by_signature);
    ok = accept_failures(v->config, &some, by_signature ? r->signature : r->id, &terms, &why);
    free(some.at);
    if (!ok) printf("not accepted: %s\n", diag_text(&why));
  }
  free(reason);
  return ok;
}

/* By this very program: the log's own command is not trusted, and PATH need not have an oracle. */
static void run_again(const Result *r) {
  Bytes command = {0};
  char *program = path_absolute("/proc/self/exe");
  words_append_shell(&command, program);
  bytes_puts(&command, " run --mode");
  words_append_shell(&command, r->mode);
  words_append_shell(&command, r->id);
  fflush(stdout);
  if (system(bytes_text(&command)) < 0) perror("oracle: it cannot be run");
  bytes_free(&command);
  free(program);
}

/* Asks until something is decided; false to quit. */
static bool decide(Review *v, size_t i) {
  const Result *r = &v->all->at[i];
  for (;;) {
    char key = ask_key();
    switch (key) {
      case 'a':
        if (!accept_one(v, i, false)) break;
        v->accepted++;
        return true;
      case 'A':
        if (!accept_one(v, i, true)) break;
        v->accepted += mark_signature(v, i);
        return true;
      case 's': return true;
      case 'S': mark_signature(v, i); return true;
      case 'q': return false;
      case 'r':
        run_again(r);
        break;
      default: fputs(HELP, stdout);
    }
  }
}

static size_t count_kinds(const Results *all) {
  size_t n = 0;
  for (size_t i = 0; i < all->n; i++) {
    bool first = true;
    for (size_t k = 0; first && k < i; k++) first = !are_alike(&all->at[k], &all->at[i]);
    n += first;
  }
  return n;
}

void review_ask(const Config *c, const Results *failures, const Terms *terms, size_t *left) {
  Review v = {c, failures, terms, mem_zero(failures->n + 1), 0};
  size_t kinds = count_kinds(failures);
  bool going = true;
  printf("%zu different failure%s of run %s\n", kinds, kinds == 1 ? "" : "s", failures->run);
  for (size_t i = 0; going && i < failures->n; i++) {
    const Result *r = &failures->at[i];
    if (v.seen[i]) continue;
    puts("");
    print_head(failures, i, v.seen);
    print_clean(r->title, false);
    printf("\n%s\n", r->signature);
    print_clean(*r->diff ? r->diff : r->why, true);
    puts("");
    going = decide(&v, i);
  }
  free(v.seen);
  *left = kinds - v.accepted;
  printf("\n%zu accepted, %zu left\n", v.accepted, *left);
}
