/* history.c -- why this file exists: one run cannot tell what is flaky, slow or new; many can. */
#include "history/history.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"

enum { APPLICATION_ID = 0x50784869, SCHEMA_VERSION = 1, BUSY_MS = 10000 };

static const char schema[] = {
#include "history/schema.sql.inc"
  0
};

struct History {
  sqlite3 *db;
  char *path;
  sqlite3_stmt *times;   /* of one item, from the table `lately`; NULL: not asked for yet */
};

/* ---- The database ---------------------------------------------------------------------------- */

static bool trouble(const History *h, Diag *why) {
  return diag_set(why, EXIT_INFRA, "%s: %s (the history is left as it is; move it away to begin a "
                  "new one)", h->path, h->db ? sqlite3_errmsg(h->db) : "out of memory");
}

static bool execute(const History *h, const char *sql, Diag *why) {
  return sqlite3_exec(h->db, sql, NULL, NULL, NULL) == SQLITE_OK || trouble(h, why);
}

/* NULL: trouble. */
static sqlite3_stmt *prepare(const History *h, Diag *why, const char *sql) {
  sqlite3_stmt *s = NULL;
  if (sqlite3_prepare_v2(h->db, sql, -1, &s, NULL) != SQLITE_OK) trouble(h, why);
  return s;
}

static void bind_text(sqlite3_stmt *s, int at, const char *text) {
  sqlite3_bind_text(s, at, text ? text : "", -1, SQLITE_TRANSIENT);
}

static const char *text_at(sqlite3_stmt *s, int column) {
  const char *text = (const char *)sqlite3_column_text(s, column);
  return text ? text : "";
}

/* For a statement that answers with one number; `missing` if it has no row. */
static bool ask(const History *h, sqlite3_stmt *s, sqlite3_int64 missing, sqlite3_int64 *answer,
                Diag *why) {
  int code = s ? sqlite3_step(s) : SQLITE_ERROR;
  *answer = code == SQLITE_ROW ? sqlite3_column_int64(s, 0) : missing;
  bool ok = code == SQLITE_ROW || code == SQLITE_DONE || (s && trouble(h, why));
  sqlite3_finalize(s);
  return ok;
}

static bool ask_number(const History *h, const char *sql, sqlite3_int64 *answer, Diag *why) {
  return ask(h, prepare(h, why, sql), 0, answer, why);
}

/* Is it ours, and of a version that is understood?  Makes an empty one ours. */
static bool check_schema(const History *h, Diag *why) {
  sqlite3_int64 application, version, tables;
  if (!ask_number(h, "PRAGMA application_id", &application, why) ||
      !ask_number(h, "PRAGMA user_version", &version, why) ||
      !ask_number(h, "SELECT count(*) FROM sqlite_master", &tables, why)) return false;
  if (application == 0 && version == 0 && tables == 0) {
    char mark[96];
    snprintf(mark, sizeof mark, "PRAGMA application_id = %d; PRAGMA user_version = %d",
             APPLICATION_ID, SCHEMA_VERSION);
    return execute(h, schema, why) && execute(h, mark, why);
  }
  if (application != APPLICATION_ID) {
    return diag_set(why, EXIT_INFRA, "%s: is the database of another program", h->path);
  }
  return version == SCHEMA_VERSION ||
         diag_set(why, EXIT_INFRA, "%s: has form %d, and this oracle knows form %d: it was written "
                  "by another version", h->path, (int)version, SCHEMA_VERSION);
}

History *history_open(const char *path, Diag *why) {
  History *h = mem_zero(sizeof *h);
  h->path = mem_string(path);
  char *folder = path_folder(path);
  bool ok = path_make_folder(folder, why);
  free(folder);
  if (ok) ok = sqlite3_open(path, &h->db) == SQLITE_OK || trouble(h, why);
  if (ok) sqlite3_busy_timeout(h->db, BUSY_MS);
  /* Two runs may find it missing at the same time: only one of them makes it. */
  ok = ok && execute(h, "PRAGMA foreign_keys = ON; BEGIN IMMEDIATE", why) &&
       check_schema(h, why) && execute(h, "COMMIT", why);
  if (ok) return h;
  history_close(h);
  return NULL;
}

void history_close(History *h) {
  if (h == NULL) return;
  sqlite3_finalize(h->times);
  sqlite3_close(h->db);
  free(h->path);
  free(h);
}

/* What is known about times is out of date. */
static bool forget_times(History *h, Diag *why) {
  sqlite3_finalize(h->times);
  h->times = NULL;
  return execute(h, "DROP TABLE IF EXISTS temp.lately", why);
}

/* ---- Taking in a log ------------------------------------------------------------------------- */

typedef struct Intake {
  History *h;
  const char *log;
  sqlite3_int64 run;     /* 0: no start yet */
  sqlite3_int64 known;   /* results of the run that were there before, -1: the run was not known */
  bool was_complete, complete;
  sqlite3_stmt *item, *result;
} Intake;

/* Runs a bound statement that gives no rows, and makes it ready for the next time. */
static bool run_once(const Intake *in, sqlite3_stmt *s, Diag *why) {
  int code = sqlite3_step(s);
  sqlite3_reset(s);
  return code == SQLITE_DONE || trouble(in->h, why);
}

static bool run_and_drop(const Intake *in, sqlite3_stmt *s, Diag *why) {
  bool ok = run_once(in, s, why);
  sqlite3_finalize(s);
  return ok;
}

/* Takes the run out if it is there, and remembers how much of it was known. */
static bool replace_run(Intake *in, const char *name, Diag *why) {
  static const char *const questions[] = {
    "SELECT count(result.item) FROM run LEFT JOIN result ON result.run = run.id WHERE name = ?1 "
    "GROUP BY run.id",
    "SELECT complete FROM run WHERE name = ?1",
  };
  sqlite3_int64 answers[2];
  for (int i = 0; i < 2; i++) {
    sqlite3_stmt *s = prepare(in->h, why, questions[i]);
    if (s == NULL) return false;
    bind_text(s, 1, name);
    if (!ask(in->h, s, i == 0 ? -1 : 0, &answers[i], why)) return false;
  }
  in->known = answers[0];
  in->was_complete = answers[1] != 0;
  sqlite3_stmt *s = prepare(in->h, why, "DELETE FROM run WHERE name = ?1");
  if (s == NULL) return false;
  bind_text(s, 1, name);
  return run_and_drop(in, s, why);
}

static bool take_start(Intake *in, const Event *e, Diag *why) {
  if (in->run) return diag_set(why, EXIT_USAGE, "%s: has two starts", in->log);
  if (!replace_run(in, e->as.start.run, why)) return false;
  sqlite3_stmt *s = prepare(in->h, why, "INSERT INTO run (name, time, plan, part, argv, seconds, "
                            "status, complete) VALUES (?1, ?2, ?3, ?4, ?5, 0, -1, 0)");
  if (s == NULL) return false;
  char plan[17];
  Bytes argv = {0};
  snprintf(plan, sizeof plan, "%016" PRIx64, e->as.start.plan);
  for (size_t i = 0; i < e->as.start.argv->n; i++) {
    bytes_printf(&argv, "%s%s", i ? " " : "", e->as.start.argv->at[i]);
  }
  bind_text(s, 1, e->as.start.run);
  sqlite3_bind_double(s, 2, e->time);
  bind_text(s, 3, plan);
  bind_text(s, 4, e->as.start.partition);
  bind_text(s, 5, bytes_text(&argv));
  bytes_free(&argv);
  if (!run_and_drop(in, s, why)) return false;
  in->run = sqlite3_last_insert_rowid(in->h->db);
  return true;
}

static bool take_mode(const Intake *in, const Event *e, Diag *why) {
  sqlite3_stmt *s = prepare(in->h, why,
                            "INSERT OR REPLACE INTO build VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
  if (s == NULL) return false;
  sqlite3_bind_int64(s, 1, in->run);
  bind_text(s, 2, e->as.mode.mode);
  bind_text(s, 3, e->as.mode.ref.name);
  bind_text(s, 4, e->as.mode.ref.build);
  bind_text(s, 5, e->as.mode.cand.name);
  bind_text(s, 6, e->as.mode.cand.build);
  return run_and_drop(in, s, why);
}

/* Nearly always the item is known: it is only asked for where the result found none. */
static bool take_result(const Intake *in, const Event *e, Diag *why) {
  sqlite3_bind_int64(in->result, 1, in->run);
  bind_text(in->result, 2, e->as.result.mode);
  bind_text(in->result, 3, e->as.result.id);
  bind_text(in->result, 4, verdict_word(e->as.result.verdict));
  bind_text(in->result, 5, e->as.result.signature);
  sqlite3_bind_double(in->result, 6, (double)(e->as.result.ref_ns + e->as.result.cand_ns) / 1e9);
  sqlite3_bind_int(in->result, 7, e->as.result.cached);
  if (!run_once(in, in->result, why)) return false;
  if (sqlite3_changes(in->h->db) > 0) return true;
  bind_text(in->item, 1, e->as.result.mode);
  bind_text(in->item, 2, e->as.result.id);
  return run_once(in, in->item, why) && run_once(in, in->result, why);
}

static bool take_end(Intake *in, const Event *e, Diag *why) {
  in->complete = e->as.end.complete;
  sqlite3_stmt *s = prepare(in->h, why, "UPDATE run SET seconds = seconds + ?2, status = ?3, "
                            "complete = ?4 WHERE id = ?1");
  if (s == NULL) return false;
  sqlite3_bind_int64(s, 1, in->run);
  sqlite3_bind_double(s, 2, e->as.end.seconds);
  sqlite3_bind_int(s, 3, e->as.end.status);
  sqlite3_bind_int(s, 4, e->as.end.complete);
  return run_and_drop(in, s, why);
}

static bool take(void *context, const Event *e, Diag *why) {
  Intake *in = context;
  if (e->kind == EVENT_START) return take_start(in, e, why);
  if (in->run == 0) return diag_set(why, EXIT_USAGE, "%s: does not begin with a start", in->log);
  switch (e->kind) {
    case EVENT_MODE: return take_mode(in, e, why);
    case EVENT_RESULT: return take_result(in, e, why);
    case EVENT_END: return take_end(in, e, why);
    default: return true;
  }
}

/* Does the log say more about its run than what was there? */
static bool is_news(const Intake *in, bool *news, Diag *why) {
  sqlite3_stmt *s = prepare(in->h, why, "SELECT count(*) FROM result WHERE run = ?1");
  sqlite3_int64 results;
  if (s == NULL) return false;
  sqlite3_bind_int64(s, 1, in->run);
  if (!ask(in->h, s, 0, &results, why)) return false;
  *news = results > in->known || (results == in->known && in->complete && !in->was_complete);
  return true;
}

bool history_add(History *h, const char *log_path, Diag *why) {
  Intake in = {.h = h, .log = log_path};
  bool news = false;
  if (!forget_times(h, why) || !execute(h, "BEGIN IMMEDIATE", why)) return false;
  in.item = prepare(h, why, "INSERT OR IGNORE INTO item (mode, name) VALUES (?1, ?2)");
  in.result = prepare(h, why, "INSERT OR REPLACE INTO result SELECT ?1, id, ?4, ?5, ?6, ?7 "
                      "FROM item WHERE mode = ?2 AND name = ?3");
  bool ok = in.item && in.result && event_read_log(log_path, take, &in, why);
  if (ok && in.run == 0) ok = diag_set(why, EXIT_USAGE, "%s: has no start", log_path);
  sqlite3_finalize(in.item);
  sqlite3_finalize(in.result);
  ok = ok && is_news(&in, &news, why);
  if (ok && news) ok = execute(h, "COMMIT", why);
  /* Some troubles of a database have rolled back already. */
  if (!sqlite3_get_autocommit(h->db)) sqlite3_exec(h->db, "ROLLBACK", NULL, NULL, NULL);
  return ok;
}

/* ---- Questions ------------------------------------------------------------------------------- */

typedef struct Visitor {
  HistoryRunVisitor *run;
  HistoryTimeVisitor *time;
  HistoryChangeVisitor *change;
} Visitor;

/* Steps through the rows; `row` tells one of them to the visitor. */
static bool each_row(const History *h, sqlite3_stmt *s, const Visitor *v, void *context,
                     bool (*row)(sqlite3_stmt *, const Visitor *, void *), Diag *why) {
  if (s == NULL) return false;
  int code;
  while ((code = sqlite3_step(s)) == SQLITE_ROW && row(s, v, context)) continue;
  bool ok = code == SQLITE_ROW || code == SQLITE_DONE || trouble(h, why);
  sqlite3_finalize(s);
  return ok;
}

/* SQLite takes -1 as no limit. */
static void bind_limit(sqlite3_stmt *s, int at, size_t most) {
  sqlite3_bind_int64(s, at, most ? (sqlite3_int64)most : -1);
}

static bool row_run(sqlite3_stmt *s, const Visitor *v, void *context) {
  HistoryRun run = {
    .name = text_at(s, 0), .part = text_at(s, 1), .argv = text_at(s, 2),
    .time = sqlite3_column_double(s, 3), .seconds = sqlite3_column_double(s, 4),
    .status = sqlite3_column_int(s, 5), .complete = sqlite3_column_int(s, 6) != 0,
    .results = (size_t)sqlite3_column_int64(s, 7), .failures = (size_t)sqlite3_column_int64(s, 8),
    .passes = (size_t)sqlite3_column_int64(s, 9),
  };
  return v->run(context, &run);
}

/* "sum(verdict IN ('...', ...))" of the verdicts of a class, or of two. */
static void append_count(Bytes *sql, VerdictClass class, VerdictClass other) {
  const char *comma = "";
  bytes_puts(sql, ", coalesce(sum(verdict IN (");
  for (int i = 0; i < VERDICT_COUNT; i++) {
    VerdictClass is = verdict_class((VerdictKind)i);
    if (is != class && is != other) continue;
    bytes_printf(sql, "%s'%s'", comma, verdict_word((VerdictKind)i));
    comma = ", ";
  }
  bytes_puts(sql, ")), 0)");
}

bool history_runs(History *h, size_t most, const char *modes, HistoryRunVisitor *each,
                  void *context, Diag *why) {
  Bytes sql = {0};
  bytes_puts(&sql, "WITH chosen AS (SELECT * FROM run WHERE ?2 IS NULL OR EXISTS (SELECT 1 FROM build "
             "WHERE build.run = run.id AND mode IN (SELECT value FROM json_each(?2))) "
             "ORDER BY time DESC, id DESC LIMIT ?1), "
             "counted AS (SELECT result.* FROM result JOIN item ON item.id = result.item "
             "WHERE run IN (SELECT id FROM chosen) "
             "AND (?2 IS NULL OR mode IN (SELECT value FROM json_each(?2)))) "
             "SELECT name, part, argv, time, chosen.seconds, status, complete, count(item)");
  append_count(&sql, CLASS_FAIL, CLASS_TROUBLE);
  append_count(&sql, CLASS_PASS, CLASS_PASS);
  bytes_puts(&sql, " FROM chosen LEFT JOIN counted ON counted.run = chosen.id GROUP BY chosen.id "
             "ORDER BY time DESC, chosen.id DESC");
  sqlite3_stmt *s = prepare(h, why, bytes_text(&sql));
  bytes_free(&sql);
  if (s) bind_limit(s, 1, most);
  if (s && modes) bind_text(s, 2, modes);
  return each_row(h, s, &(Visitor){.run = each}, context, row_run, why);
}

/* The medians of all items at once: a plan asks for thousands of them. */
static bool gather_times(History *h) {
  Diag why;
  if (!execute(h, "CREATE TEMP TABLE lately (mode, name, seconds, PRIMARY KEY (mode, name)) "
               "WITHOUT ROWID; INSERT INTO lately SELECT mode, name, seconds FROM typical", &why)) {
    sqlite3_exec(h->db, "DROP TABLE IF EXISTS temp.lately", NULL, NULL, NULL);
    return false;
  }
  h->times = prepare(h, &why, "SELECT seconds FROM temp.lately WHERE mode = ?1 AND name = ?2");
  return h->times != NULL;
}

double history_times(void *history, const char *mode, const char *id) {
  History *h = history;
  if (h->times == NULL && !gather_times(h)) return 0;
  bind_text(h->times, 1, mode);
  bind_text(h->times, 2, id);
  double seconds = sqlite3_step(h->times) == SQLITE_ROW ? sqlite3_column_double(h->times, 0) : 0;
  sqlite3_reset(h->times);
  return seconds;
}

static bool row_time(sqlite3_stmt *s, const Visitor *v, void *context) {
  HistoryTime time = {text_at(s, 0), text_at(s, 1), sqlite3_column_double(s, 2),
                      (size_t)sqlite3_column_int64(s, 3)};
  return v->time(context, &time);
}

bool history_slowest(History *h, size_t most, HistoryTimeVisitor *each, void *context, Diag *why) {
  sqlite3_stmt *s = prepare(h, why, "SELECT mode, name, seconds, runs FROM typical "
                            "ORDER BY seconds DESC, mode, name LIMIT ?1");
  if (s) bind_limit(s, 1, most);
  return each_row(h, s, &(Visitor){.time = each}, context, row_time, why);
}

static bool row_change(sqlite3_stmt *s, const Visitor *v, void *context) {
  HistoryChange change = {text_at(s, 0), text_at(s, 1), text_at(s, 2), text_at(s, 3),
                          text_at(s, 4), text_at(s, 5), sqlite3_column_double(s, 6)};
  return v->change(context, &change);
}

bool history_flaky(History *h, HistoryChangeVisitor *each, void *context, Diag *why) {
  sqlite3_stmt *s = prepare(h, why, "SELECT mode, name, run_before, verdict_before, run, verdict, "
                            "time FROM flip ORDER BY mode, name, time");
  return each_row(h, s, &(Visitor){.change = each}, context, row_change, why);
}

static bool check_known(const History *h, const char *run, Diag *why) {
  sqlite3_int64 known;
  sqlite3_stmt *s = prepare(h, why, "SELECT count(*) FROM run WHERE name = ?1");
  if (s == NULL) return false;
  bind_text(s, 1, run);
  if (!ask(h, s, 0, &known, why)) return false;
  return known || diag_set(why, EXIT_USAGE, "%s knows no run '%s'", h->path, run);
}

bool history_changed(History *h, const char *run_before, const char *run_after,
                     HistoryChangeVisitor *each, void *context, Diag *why) {
  if (!check_known(h, run_before, why) || !check_known(h, run_after, why)) return false;
  sqlite3_stmt *s = prepare(h, why,
    "SELECT mode, item.name, a.name, x.verdict, b.name, y.verdict, b.time "
    "FROM run AS a JOIN run AS b JOIN result AS x ON x.run = a.id "
    "JOIN result AS y ON y.run = b.id AND y.item = x.item JOIN item ON item.id = x.item "
    "WHERE a.name = ?1 AND b.name = ?2 AND x.verdict <> y.verdict ORDER BY mode, item.name");
  if (s) {
    bind_text(s, 1, run_before);
    bind_text(s, 2, run_after);
  }
  return each_row(h, s, &(Visitor){.change = each}, context, row_change, why);
}

bool history_changed_since(History *h, double time, HistoryChangeVisitor *each, void *context,
                           Diag *why) {
  sqlite3_stmt *s = prepare(h, why,
    "WITH judged AS ("
    "  SELECT item, run.name AS run, run.time, verdict, run.time >= ?1 AS is_new, row_number() OVER ("
    "    PARTITION BY item, run.time >= ?1 ORDER BY run.time DESC, run.id DESC) AS age"
    "  FROM result JOIN run ON run.id = result.run) "
    "SELECT mode, name, x.run, x.verdict, y.run, y.verdict, y.time FROM judged AS x "
    "JOIN judged AS y ON y.item = x.item JOIN item ON item.id = x.item "
    "WHERE NOT x.is_new AND y.is_new AND x.age = 1 AND y.age = 1 AND x.verdict <> y.verdict "
    "ORDER BY mode, name");
  if (s) sqlite3_bind_double(s, 1, time);
  return each_row(h, s, &(Visitor){.change = each}, context, row_change, why);
}
