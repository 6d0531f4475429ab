// The tables, as the steps that lead from each version of the file to the next. A step that has been released is never changed: files
// out there have taken it.
//
// One row a job. `seq` is its age and, unlike the id, small. `rank` orders what is open: the negative priority of a queued job, the time
// at which a delayed one is due; it is null once the job has ended, so that the index on it stays as small as the backlog. `changed` is
// the number of the transaction that last changed what others can see, so that whoever watches jobs asks once for all that is new.

/** Marks the files of this package (`thnc`), so that the database of another program is not taken for an empty queue. */
export const APPLICATION_ID = 0x74686e63;

/** SQL by the version that it leads to, from 1. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE clock (tick INTEGER NOT NULL) STRICT;
  INSERT INTO clock VALUES (0);

  CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    job TEXT NOT NULL,
    state TEXT NOT NULL,       -- queued delayed running cancelling done failed cancelled
    rank REAL,
    priority REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    lost INTEGER NOT NULL DEFAULT 0,
    logs INTEGER NOT NULL DEFAULT 0,
    changed INTEGER,
    owner INTEGER,             -- the row of the worker that has it
    worker TEXT,               -- the worker's name, which outlives that row
    max_running INTEGER,
    created_at REAL NOT NULL,
    not_before REAL,
    started_at REAL,
    ended_at REAL,
    parent TEXT,
    policy TEXT,
    reason TEXT,
    progress TEXT,
    error TEXT,
    input TEXT,
    result TEXT
  ) STRICT;
  CREATE INDEX jobs_open ON jobs (state, job, rank) WHERE rank IS NOT NULL;
  CREATE INDEX jobs_changed ON jobs (changed) WHERE changed IS NOT NULL;
  CREATE INDEX jobs_ended ON jobs (ended_at) WHERE ended_at IS NOT NULL;

  -- Attempts that did not settle their job; the latest one is in the row of the job itself.
  CREATE TABLE attempts (
    job INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    worker TEXT,
    started_at REAL NOT NULL,
    ended_at REAL NOT NULL,
    outcome TEXT NOT NULL,     -- failed released lost cancelled done
    error TEXT,
    PRIMARY KEY (job, attempt)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE logs (
    job INTEGER NOT NULL,
    number INTEGER NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (job, number)
  ) STRICT, WITHOUT ROWID;

  -- Workers that are alive, or whose lease has not been seen to lapse.
  CREATE TABLE workers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    pid INTEGER NOT NULL,
    host TEXT NOT NULL,
    started_at REAL NOT NULL,
    seen_at REAL NOT NULL,
    lease_until REAL NOT NULL,
    concurrency REAL NOT NULL,
    jobs TEXT NOT NULL
  ) STRICT;

  -- The names of jobs that some worker has ever had: what waits for one of them waits for its worker, not for ever.
  CREATE TABLE names (job TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  `,
];
