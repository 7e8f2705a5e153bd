-- schema.sql -- what the history of runs keeps; application_id and user_version
-- say that it is ours.
-- Verdicts are words and times are seconds since 1970, so that `sqlite3` alone can ask more.
CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,          -- YYYYMMDD-HHMMSS-PID
  time REAL NOT NULL,                 -- when it started
  plan TEXT NOT NULL,                 -- hash of its modes, builds and cases
  part TEXT NOT NULL,                 -- "hash:1/4", or "" for a whole run
  argv TEXT NOT NULL,
  seconds REAL NOT NULL,
  status INTEGER NOT NULL,            -- that it ended with; -1: it did not end
  complete INTEGER NOT NULL
);
CREATE INDEX run_time ON run(time);
CREATE TABLE build (                  -- what was compared in a mode of a run
  run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  mode TEXT NOT NULL,
  ref TEXT NOT NULL, ref_hash TEXT NOT NULL,
  cand TEXT NOT NULL, cand_hash TEXT NOT NULL,
  PRIMARY KEY (run, mode)
) WITHOUT ROWID;
CREATE TABLE item (                   -- a case in a mode
  id INTEGER PRIMARY KEY,
  mode TEXT NOT NULL,
  name TEXT NOT NULL,
  UNIQUE (mode, name)
);
CREATE TABLE result (
  run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  item INTEGER NOT NULL REFERENCES item,
  verdict TEXT NOT NULL,
  signature TEXT NOT NULL,
  seconds REAL NOT NULL,              -- CPU time of both sides
  cached INTEGER NOT NULL,            -- 1: the case did not run
  PRIMARY KEY (run, item)
) WITHOUT ROWID;
CREATE INDEX result_item ON result(item, run);

-- Median seconds of each item over the last ten runs in which it ran.
CREATE VIEW typical AS
  WITH recent AS (
    SELECT item, result.seconds,
           row_number() OVER (PARTITION BY item ORDER BY run.time DESC, run.id DESC) AS age
    FROM result JOIN run ON run.id = result.run WHERE NOT cached AND result.seconds > 0
  ), ranked AS (
    SELECT item, seconds, row_number() OVER (PARTITION BY item ORDER BY seconds) AS place,
           count(*) OVER (PARTITION BY item) AS runs
    FROM recent WHERE age <= 10
  )
  SELECT mode, name, avg(seconds) AS seconds, runs
  FROM ranked JOIN item ON item.id = ranked.item
  WHERE place IN ((runs + 1) / 2, (runs + 2) / 2) GROUP BY item;

-- Neighbouring runs of one plan (equal cases, modes and builds) that judged an item differently.
-- Verdicts that were not found by running, or that are trouble of the tool, are no evidence; nor is a
-- failure that the ledger explains since, because a plan says nothing of the ledger.
CREATE VIEW flip AS
  WITH judged AS (
    SELECT item, plan, run.name AS run, run.time, verdict,
           lag(verdict) OVER same AS verdict_before, lag(run.name) OVER same AS run_before
    FROM result JOIN run ON run.id = result.run WHERE NOT cached AND verdict <> 'infra'
    WINDOW same AS (PARTITION BY item, plan ORDER BY run.time, run.id)
  )
  SELECT mode, item.name, plan, run_before, verdict_before, run, verdict, judged.time
  FROM judged JOIN item ON item.id = judged.item WHERE verdict <> verdict_before
    AND ('xfail' NOT IN (verdict, verdict_before) OR verdict IN ('same', 'same~', 'answer')
         OR verdict_before IN ('same', 'same~', 'answer'));
