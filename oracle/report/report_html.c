/* report_html.c -- why this file exists: thousands of results are too many to read, so a person
 * gets a page that starts with numbers, groups equal failures and hides what is fine until asked.
 *
 * A result is rendered when it is heard, since its strings do not live longer; what is kept beside
 * the markup is what sorts and groups it.  The page itself is oracle/report/page.html, in which
 * {{slots}} are filled; the script in it only filters, everything can be read without. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/path.h"
#include "report/html.h"
#include "report/report_html.h"

static const unsigned char page[] = {
#include "report/page.html.inc"
};

#define OPEN_GROUPS 8                /* groups whose first failure is unfolded */

static const char *const class_words[] = {
  [CLASS_PASS] = "pass", [CLASS_FAIL] = "fail", [CLASS_NEUTRAL] = "neutral",
  [CLASS_TROUBLE] = "trouble"
};

typedef struct Item {
  size_t n, seq, mode;
  VerdictKind verdict;
  char *signature;
  Bytes html;                        /* the element without its "<tag" */
} Item;

typedef struct Mode {
  char *name;
  size_t count[VERDICT_COUNT], first[VERDICT_COUNT];  /* `first`: n of an item to link to */
} Mode;

typedef struct Group { size_t first, n; } Group;       /* of the sorted items */

typedef struct Page {
  Listener listener;
  char *path;
  Item *items;
  size_t nitems, items_cap, total;
  Mode *modes;
  size_t nmodes;
  Strings tags;
  Bytes run, facts, engines, notes, ending;            /* markup */
  bool ended;
  int status;
  size_t counts[VERDICT_COUNT];                        /* as the end has them */
} Page;

static const char *status_text(int status) {
  switch (status) {
  case EXIT_SAME: return "everything is the same";
  case EXIT_DIVERGENT: return "divergences";
  case EXIT_USAGE: return "wrong command line, configuration or case file";
  case EXIT_INFRA: return "the tool could not do its work";
  case EXIT_NOTHING: return "nothing was selected";
  case EXIT_LEDGER: return "the ledger is out of date";
  case EXIT_FLAKY: return "flaky cases only";
  case EXIT_RESUMABLE: return "stopped early";
  case EXIT_TIMEOUT: return "time ran out";
  case EXIT_INTERRUPT: return "interrupted";
  default: return "unknown status";
  }
}

static const char *class_of(VerdictKind kind) { return class_words[verdict_class(kind)]; }

static bool is_bad(VerdictKind kind) {
  return verdict_class(kind) == CLASS_FAIL || verdict_class(kind) == CLASS_TROUBLE;
}

/* ---- Hearing --------------------------------------------------------------------------------- */

static void add_fact(Bytes *to, const char *label, const char *text) {
  if (!text || !*text) return;
  bytes_printf(to, "<dt>%s</dt><dd>", label);
  html_puts(to, text);
  bytes_puts(to, "</dd>");
}

static void add_words_fact(Bytes *to, const char *label, const Strings *words) {
  if (!words || !words->n) return;
  bytes_printf(to, "<dt>%s</dt><dd>", label);
  html_append_words(to, words);
  bytes_puts(to, "</dd>");
}

static void hear_start(Page *p, const Event *e) {
  time_t seconds = (time_t)e->time;
  struct tm when;
  char date[40] = "";
  if (gmtime_r(&seconds, &when)) strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S UTC", &when);
  html_puts(&p->run, e->as.start.run);
  p->total = e->as.start.total;
  add_fact(&p->facts, "started", date);
  add_words_fact(&p->facts, "command", e->as.start.argv);
  add_fact(&p->facts, "tool", e->as.start.tool);
  add_fact(&p->facts, "partition", e->as.start.partition);
  bytes_printf(&p->facts, "<dt>workers</dt><dd>%u</dd><dt>plan</dt><dd><code>%016llx</code></dd>",
               e->as.start.jobs, (unsigned long long)e->as.start.plan);
}

static size_t mode_at(Page *p, const char *name) {
  for (size_t i = 0; i < p->nmodes; i++) {
    if (strcmp(p->modes[i].name, name) == 0) return i;
  }
  p->modes = mem_resize(p->modes, (p->nmodes + 1) * sizeof *p->modes);
  p->modes[p->nmodes] = (Mode){.name = mem_string(name)};
  return p->nmodes++;
}

static void add_side(Bytes *to, const EventSide *side) {
  bytes_puts(to, "<td>");
  html_puts(to, side->name);
  html_append_element(to, "div", "soft", side->version);
  bytes_puts(to, "<div class=\"soft\"><code>");
  html_puts(to, side->build);
  bytes_puts(to, "</code> ");
  html_puts(to, side->kind);
  bytes_puts(to, "</div></td>");
}

static void hear_mode(Page *p, const Event *e) {
  mode_at(p, e->as.mode.mode);
  bytes_puts(&p->engines, "<tr><th>");
  html_puts(&p->engines, e->as.mode.mode);
  html_append_element(&p->engines, "div", "soft", e->as.mode.why);
  bytes_puts(&p->engines, "</th>");
  add_side(&p->engines, &e->as.mode.ref);
  add_side(&p->engines, &e->as.mode.cand);
  bytes_printf(&p->engines, "<td>%zu</td><td><code>", e->as.mode.cases);
  html_puts(&p->engines, e->as.mode.output);
  bytes_puts(&p->engines, "</code></td></tr>\n");
}

static void hear_note(Page *p, const Event *e) {
  bytes_puts(&p->notes, "<li>");
  html_puts(&p->notes, e->as.note.text);
  bytes_puts(&p->notes, "</li>\n");
}

static void hear_ledger(Page *p, const Event *e) {
  bytes_puts(&p->notes, "<li><b class=\"fail\">ledger</b> ");
  html_puts(&p->notes, e->as.ledger.mode);
  bytes_puts(&p->notes, " <code>");
  html_puts(&p->notes, e->as.ledger.entry);
  bytes_puts(&p->notes, "</code> ");
  html_puts(&p->notes, e->as.ledger.problem);
  bytes_puts(&p->notes, ": ");
  html_puts(&p->notes, e->as.ledger.why);
  bytes_puts(&p->notes, "</li>\n");
}

static void hear_resume(Page *p, const Event *e) {
  bytes_puts(&p->notes, "<li>taken up again: <code>");
  html_append_words(&p->notes, e->as.resume.argv);
  bytes_puts(&p->notes, "</code></li>\n");
}

static void hear_end(Page *p, const Event *e) {
  p->ended = true;
  p->status = e->as.end.status;
  memcpy(p->counts, e->as.end.counts, sizeof p->counts);
  bytes_clear(&p->ending);
  bytes_printf(&p->ending, "%s (exit status %d), after %.1f s", status_text(p->status), p->status,
               e->as.end.seconds);
  if (e->as.end.complete) return;
  bytes_puts(&p->ending, "; incomplete: ");
  html_puts(&p->ending, e->as.end.reason);
}

/* ---- Results --------------------------------------------------------------------------------- */

static void add_tags(Page *p, Bytes *to, const Strings *tags) {
  for (size_t i = 0; tags && i < tags->n; i++) {
    if (!strings_has(&p->tags, tags->at[i])) strings_add(&p->tags, tags->at[i]);
  }
  if (!tags || !tags->n) return;
  bytes_puts(to, " data-t=\"");
  html_append_words(to, tags);
  bytes_putc(to, '"');
}

static void add_command(Bytes *to, const char *command) {
  if (command == NULL || *command == '\0') return;
  bytes_puts(to, "<div class=\"repeat\"><code>");
  html_puts(to, command);
  bytes_puts(to, "</code><button type=\"button\" class=\"copy\">Copy</button></div>\n");
}

static void add_failure(Page *p, Bytes *to, const Event *e) {
  bytes_printf(to, " class=\"item\" id=\"n%zu\" data-c=\"%s\" data-v=\"%s\" data-m=\"",
               e->as.result.n, class_of(e->as.result.verdict), verdict_word(e->as.result.verdict));
  html_puts(to, e->as.result.mode);
  bytes_putc(to, '"');
  add_tags(p, to, e->as.result.tags);
  bytes_puts(to, "><summary>");
  html_append_element(to, "b", "id", e->as.result.id);
  bytes_putc(to, ' ');
  html_append_element(to, "span", "title", e->as.result.title);
  bytes_putc(to, ' ');
  html_append_element(to, "span", "chip", e->as.result.mode);
  bytes_puts(to, "</summary>\n<dl class=\"facts\"><dt>verdict</dt><dd>");
  html_append_element(to, "b", class_of(e->as.result.verdict), verdict_word(e->as.result.verdict));
  bytes_puts(to, " ");
  html_append(to, bytes_text(&e->as.result.why), e->as.result.why.len);
  bytes_puts(to, "</dd><dt>case</dt><dd class=\"mono\">");
  html_puts(to, e->as.result.file);
  bytes_printf(to, ":%d</dd>", e->as.result.line);
  add_words_fact(to, "tags", e->as.result.tags);
  add_words_fact(to, "rules", e->as.result.rules);
  add_fact(to, "ledger", e->as.result.ledger);
  if (e->as.result.cached) add_fact(to, "time", "from the cache");
  else bytes_printf(to, "<dt>time</dt><dd>reference %.3f ms, candidate %.3f ms</dd>",
                    (double)e->as.result.ref_ns / 1e6, (double)e->as.result.cand_ns / 1e6);
  bytes_puts(to, "</dl>\n");
  add_command(to, e->as.result.repeat);
  add_command(to, e->as.result.debug);
  if (e->as.result.diff.len) html_append_diff(to, e->as.result.diff.data, e->as.result.diff.len);
  bytes_puts(to, "</details>\n");
}

static void add_line(Page *p, Bytes *to, const Event *e) {
  bytes_printf(to, " class=\"item\" id=\"n%zu\"", e->as.result.n);
  add_tags(p, to, e->as.result.tags);
  bytes_putc(to, '>');
  html_append_element(to, "b", "id", e->as.result.id);
  bytes_putc(to, ' ');
  html_puts(to, e->as.result.title);
  if (e->as.result.why.len) {
    bytes_puts(to, " <span class=\"soft\">");
    html_append(to, e->as.result.why.data, e->as.result.why.len);
    bytes_puts(to, "</span>");
  }
  if (e->as.result.rules && e->as.result.rules->n) {
    bytes_puts(to, " <span class=\"chip\">");
    html_append_words(to, e->as.result.rules);
    bytes_puts(to, "</span>");
  }
  if (e->as.result.ledger && *e->as.result.ledger) {
    bytes_putc(to, ' ');
    html_append_element(to, "span", "chip", e->as.result.ledger);
  }
  bytes_puts(to, "</li>\n");
}

static void hear_result(Page *p, const Event *e) {
  if (p->nitems == p->items_cap) {
    p->items_cap = p->items_cap ? p->items_cap * 2 : 256;
    p->items = mem_resize(p->items, p->items_cap * sizeof *p->items);
  }
  Item *item = &p->items[p->nitems];
  *item = (Item){.n = e->as.result.n, .seq = p->nitems++, .mode = mode_at(p, e->as.result.mode),
                 .verdict = e->as.result.verdict};
  item->signature = mem_string(e->as.result.signature ? e->as.result.signature : "");
  if (is_bad(item->verdict)) add_failure(p, &item->html, e);
  else add_line(p, &item->html, e);
}

static bool hear(Listener *self, const Event *e, Diag *why) {
  (void)why;
  Page *p = (Page *)self;
  switch (e->kind) {
  case EVENT_START: hear_start(p, e); break;
  case EVENT_MODE: hear_mode(p, e); break;
  case EVENT_RESULT: hear_result(p, e); break;
  case EVENT_LEDGER: hear_ledger(p, e); break;
  case EVENT_NOTE: hear_note(p, e); break;
  case EVENT_RESUME: hear_resume(p, e); break;
  case EVENT_END: hear_end(p, e); break;
  }
  return true;
}

/* ---- Sorting and counting -------------------------------------------------------------------- */

static int order(size_t a, size_t b) { return (a > b) - (a < b); }

static int by_number(const void *x, const void *y) {
  const Item *a = x, *b = y;
  return a->n != b->n ? order(a->n, b->n) : order(a->seq, b->seq);
}

/* Failures first, the worst before others and equal ones together; then what is left, by mode. */
static int by_meaning(const void *x, const void *y) {
  const Item *a = x, *b = y;
  int less = is_bad(b->verdict) - is_bad(a->verdict);
  if (less) return less;
  if (!is_bad(a->verdict)) {
    less = (verdict_class(a->verdict) == CLASS_PASS) - (verdict_class(b->verdict) == CLASS_PASS);
    if (!less) less = order(a->mode, b->mode);
  }
  if (!less) less = verdict_severity(b->verdict) - verdict_severity(a->verdict);
  if (!less) less = order(a->verdict, b->verdict);
  if (!less && is_bad(a->verdict)) less = strcmp(a->signature, b->signature);
  return less ? less : order(a->n, b->n);
}

static void item_free(Item *item) {
  free(item->signature);
  bytes_free(&item->html);
}

/* The last result of each n is the one that counts. */
static void settle(Page *p) {
  size_t kept = 0;
  if (p->nitems) qsort(p->items, p->nitems, sizeof *p->items, by_number);
  for (size_t i = 0; i < p->nitems; i++) {
    if (kept && p->items[kept - 1].n == p->items[i].n) item_free(&p->items[--kept]);
    p->items[kept++] = p->items[i];
  }
  p->nitems = kept;
  if (kept) qsort(p->items, kept, sizeof *p->items, by_meaning);
  for (size_t i = kept; i-- > 0;) {
    Mode *mode = &p->modes[p->items[i].mode];
    mode->count[p->items[i].verdict]++;
    mode->first[p->items[i].verdict] = p->items[i].n;
  }
}

static size_t count_of(const Page *p, VerdictKind kind) {
  size_t sum = 0;
  for (size_t i = 0; i < p->nmodes; i++) sum += p->modes[i].count[kind];
  return sum;
}

static size_t count_class(const Page *p, VerdictClass class) {
  size_t sum = 0;
  for (int k = 0; k < VERDICT_COUNT; k++) {
    if (verdict_class((VerdictKind)k) == class) sum += count_of(p, (VerdictKind)k);
  }
  return sum;
}

/* The run of items from `first` on that belong together. */
static Group group_at(const Page *p, size_t first) {
  const Item *a = &p->items[first];
  size_t end = first + 1;
  for (; end < p->nitems; end++) {
    const Item *b = &p->items[end];
    if (a->verdict != b->verdict) break;
    if (is_bad(a->verdict) ? strcmp(a->signature, b->signature) != 0 : a->mode != b->mode) break;
  }
  return (Group){first, end - first};
}

/* ---- Slots ----------------------------------------------------------------------------------- */

static void put_title(Page *p, Bytes *to) {
  size_t bad = count_class(p, CLASS_FAIL) + count_class(p, CLASS_TROUBLE);
  bytes_printf(to, "%zu failed of %zu: run ", bad, p->nitems);
  bytes_append(to, bytes_text(&p->run), p->run.len);
}

static void put_head(Page *p, Bytes *to) {
  size_t bad = count_class(p, CLASS_FAIL) + count_class(p, CLASS_TROUBLE);
  const char *class = !p->ended ? "trouble" : bad || p->status ? "fail" : "pass";
  bytes_printf(to, "<h1>Run <code>%s</code></h1>\n<p class=\"%s\"><b>", bytes_text(&p->run), class);
  if (p->ended) bytes_append(to, bytes_text(&p->ending), p->ending.len);
  else bytes_puts(to, "the log has no end: the run goes on or was killed");
  bytes_printf(to, "</b></p>\n<p id=\"sum\"><b class=\"pass\">%zu passed</b>, "
               "<b class=\"fail\">%zu failed</b>, <b class=\"trouble\">%zu in trouble</b>, "
               "<b class=\"neutral\">%zu not comparable or known</b>; %zu of %zu results</p>\n",
               count_class(p, CLASS_PASS), count_class(p, CLASS_FAIL),
               count_class(p, CLASS_TROUBLE), count_class(p, CLASS_NEUTRAL), p->nitems, p->total);
  bytes_printf(to, "<details><summary>About this run</summary>"
               "<dl class=\"facts\">%s</dl></details>", bytes_text(&p->facts));
}

static void put_cell(Bytes *to, const Mode *mode, VerdictKind kind) {
  if (!mode->count[kind]) { bytes_puts(to, "<td></td>"); return; }
  bytes_printf(to, "<td class=\"%s\"><a href=\"#n%zu\" data-verdict=\"%s\" data-mode=\"",
               class_of(kind), mode->first[kind], verdict_word(kind));
  html_puts(to, mode->name);
  bytes_printf(to, "\">%zu</a></td>", mode->count[kind]);
}

static void put_matrix(Page *p, Bytes *to) {
  bytes_puts(to, "<div class=\"scroll\"><table class=\"matrix\"><thead><tr><th>mode</th>");
  for (int k = 0; k < VERDICT_COUNT; k++) {
    VerdictKind kind = (VerdictKind)k;
    if (!count_of(p, kind)) continue;
    bytes_printf(to, "<th class=\"%s\" title=\"", class_of(kind));
    html_puts(to, verdict_meaning(kind));
    bytes_printf(to, "\">%s</th>", verdict_word(kind));
  }
  bytes_puts(to, "<th>all</th></tr></thead><tbody>\n");
  for (size_t i = 0; i < p->nmodes; i++) {
    size_t sum = 0;
    bytes_puts(to, "<tr><th>");
    html_puts(to, p->modes[i].name);
    bytes_puts(to, "</th>");
    for (int k = 0; k < VERDICT_COUNT; k++) {
      sum += p->modes[i].count[k];
      if (count_of(p, (VerdictKind)k)) put_cell(to, &p->modes[i], (VerdictKind)k);
    }
    bytes_printf(to, "<td>%zu</td></tr>\n", sum);
  }
  bytes_puts(to, "</tbody><tfoot><tr><th>all</th>");
  for (int k = 0; k < VERDICT_COUNT; k++) {
    if (count_of(p, (VerdictKind)k)) bytes_printf(to, "<td>%zu</td>", count_of(p, (VerdictKind)k));
  }
  bytes_printf(to, "<td>%zu</td></tr></tfoot></table></div>\n", p->nitems);
}

static void put_engines(Page *p, Bytes *to) {
  bytes_printf(to, "<div class=\"scroll\"><table><thead><tr><th>mode</th><th>reference</th>"
               "<th>candidate</th><th>cases</th><th>artefacts</th></tr></thead>"
               "<tbody>\n%s</tbody></table></div>\n", bytes_text(&p->engines));
}

static void put_notes(Page *p, Bytes *to) {
  for (int k = 0; p->ended && k < VERDICT_COUNT; k++) {
    size_t n = count_of(p, (VerdictKind)k);
    if (n == p->counts[k]) continue;
    bytes_printf(&p->notes, "<li><b class=\"trouble\">counts</b> the run's end says %zu "
                 "<code>%s</code>, the log has %zu</li>\n", p->counts[k],
                 verdict_word((VerdictKind)k), n);
  }
  if (p->notes.len) bytes_printf(to, "<h2 id=\"notes\">Notes</h2><ul class=\"notes\">\n%s</ul>\n",
                                 bytes_text(&p->notes));
}

static void put_modes(Page *p, Bytes *to) {
  for (size_t i = 0; i < p->nmodes; i++) {
    bytes_puts(to, "<option>");
    html_puts(to, p->modes[i].name);
    bytes_puts(to, "</option>");
  }
}

static void put_verdicts(Page *p, Bytes *to) {
  for (int c = CLASS_PASS; c <= CLASS_TROUBLE; c++) {
    if (!count_class(p, (VerdictClass)c)) continue;
    bytes_printf(to, "<optgroup label=\"%s\"><option value=\"class %s\">every %s</option>",
                 class_words[c], class_words[c], class_words[c]);
    for (int k = 0; k < VERDICT_COUNT; k++) {
      VerdictKind kind = (VerdictKind)k;
      if (verdict_class(kind) != (VerdictClass)c || !count_of(p, kind)) continue;
      bytes_printf(to, "<option>%s</option>", verdict_word(kind));
    }
    bytes_puts(to, "</optgroup>");
  }
}

static int by_text(const void *x, const void *y) {
  return strcmp(*(char *const *)x, *(char *const *)y);
}

static void put_tags(Page *p, Bytes *to) {
  if (p->tags.n) qsort(p->tags.at, p->tags.n, sizeof *p->tags.at, by_text);
  for (size_t i = 0; i < p->tags.n; i++) {
    bytes_puts(to, "<option>");
    html_puts(to, p->tags.at[i]);
    bytes_puts(to, "</option>");
  }
}

static void put_failures(Page *p, Bytes *to) {
  size_t groups = 0;
  for (size_t i = 0; i < p->nitems && is_bad(p->items[i].verdict);) {
    Group group = group_at(p, i);
    VerdictKind kind = p->items[i].verdict;
    bytes_printf(to, "<section class=\"group\"><h3><span class=\"badge %s\">%s</span> <code>",
                 class_of(kind), verdict_word(kind));
    html_puts(to, p->items[i].signature);
    bytes_printf(to, "</code><span class=\"count\">%zu case%s</span></h3>\n",
                 group.n, group.n == 1 ? "" : "s");
    for (; i < group.first + group.n; i++) {
      bytes_puts(to, i == group.first && groups < OPEN_GROUPS ? "<details open" : "<details");
      bytes_append(to, p->items[i].html.data, p->items[i].html.len);
    }
    bytes_puts(to, "</section>\n");
    groups++;
  }
  if (!groups) bytes_puts(to, "<p class=\"none\">None.</p>\n");
}

static void put_rest(Page *p, Bytes *to) {
  size_t i = 0;
  while (i < p->nitems && is_bad(p->items[i].verdict)) i++;
  if (i == p->nitems) bytes_puts(to, "<p class=\"none\">Nothing.</p>\n");
  while (i < p->nitems) {
    Group group = group_at(p, i);
    VerdictKind kind = p->items[i].verdict;
    bytes_printf(to, "<details class=\"rest\" data-c=\"%s\" data-v=\"%s\" data-m=\"",
                 class_of(kind), verdict_word(kind));
    html_puts(to, p->modes[p->items[i].mode].name);
    bytes_printf(to, "\"><summary><span class=\"badge %s\">%s</span> <span>",
                 class_of(kind), verdict_word(kind));
    html_puts(to, p->modes[p->items[i].mode].name);
    bytes_puts(to, "</span> <span class=\"soft\">");
    html_puts(to, verdict_meaning(kind));
    bytes_printf(to, "</span><span class=\"count\">%zu case%s</span></summary><ul>\n", group.n,
                 group.n == 1 ? "" : "s");
    for (; i < group.first + group.n; i++) {
      bytes_puts(to, "<li");
      bytes_append(to, p->items[i].html.data, p->items[i].html.len);
    }
    bytes_puts(to, "</ul></details>\n");
  }
}

static void put_footer(Page *p, Bytes *to) {
  (void)p;
  bytes_puts(to, "Bytes that are not printable are written "
                 "<code>\\n \\r \\t \\0 \\xHH</code>; "
                 "in a diff, a backslash of the output itself is <code>\\\\</code>.");
}

static const struct Slot { const char *name; void (*put)(Page *p, Bytes *to); } slots[] = {
  {"title", put_title}, {"head", put_head}, {"matrix", put_matrix}, {"engines", put_engines},
  {"notes", put_notes}, {"modes", put_modes}, {"verdicts", put_verdicts}, {"tags", put_tags},
  {"failures", put_failures}, {"rest", put_rest}, {"footer", put_footer},
};

static const struct Slot *slot_at(const char *at, size_t left) {
  for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
    size_t n = strlen(slots[i].name);
    if (left >= n + 4 && memcmp(at + 2, slots[i].name, n) == 0 && memcmp(at + 2 + n, "}}", 2) == 0)
      return &slots[i];
  }
  return NULL;
}

/* Slots are looked for in the template only, never in what was put into it. */
static void fill(Page *p, Bytes *to) {
  const char *at = (const char *)page, *end = at + sizeof page;
  while (at < end) {
    const char *open = memmem(at, (size_t)(end - at), "{{", 2);
    bytes_append(to, at, (size_t)((open ? open : end) - at));
    if (!open) return;
    const struct Slot *slot = slot_at(open, (size_t)(end - open));
    if (slot) slot->put(p, to);
    else bytes_puts(to, "{{");
    at = open + (slot ? strlen(slot->name) + 4 : 2);
  }
}

/* ---- The listener ---------------------------------------------------------------------------- */

static void page_free(Page *p) {
  for (size_t i = 0; i < p->nitems; i++) item_free(&p->items[i]);
  for (size_t i = 0; i < p->nmodes; i++) free(p->modes[i].name);
  free(p->items);
  free(p->modes);
  strings_free(&p->tags);
  Bytes *const texts[] = {&p->run, &p->facts, &p->engines, &p->notes, &p->ending};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) bytes_free(texts[i]);
  free(p->path);
  free(p);
}

static bool page_close(Listener *self, Diag *why) {
  Page *p = (Page *)self;
  Bytes text = {0};
  settle(p);
  fill(p, &text);
  bool ok;
  if (strcmp(p->path, "-") != 0) ok = path_write(p->path, text.data, text.len, why);
  else ok = fwrite(text.data, 1, text.len, stdout) == text.len && fflush(stdout) == 0 ? true
            : diag_errno(why, EXIT_INFRA, "writing the page to stdout");
  bytes_free(&text);
  page_free(p);
  return ok;
}

Listener *report_html(const char *path, Diag *why) {
  char *folder = path_folder(path);
  bool ok = path_make_folder(folder, why);
  free(folder);
  if (!ok) return NULL;
  Page *p = mem_zero(sizeof *p);
  p->listener = (Listener){.hear = hear, .close = page_close};
  p->path = mem_string(path);
  return &p->listener;
}
