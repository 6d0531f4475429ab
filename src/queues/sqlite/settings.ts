// The options of `sqlite()`, checked.

import { argumentError, checkCount, checkDuration, checkNumber, checkOptions } from "../../core/check.ts";

/** The options of `sqlite(path, options)`. Durations are milliseconds. */
export interface SqliteOptions {
  /**
   * What a commit withstands. `"normal"` (the default): the death of any process; a power failure may undo the latest moments.
   * `"full"`: a power failure too, for a wait for the disk at every commit.
   */
  readonly durability?: "normal" | "full";
  /** How long a worker may be silent before its jobs are given to others; it reports three times in that. 15,000. */
  readonly lease?: number;
  /** With how many lost workers a job fails with a JobLostError. 5. */
  readonly maxLost?: number;
  /**
   * After how long a job fails with an UnknownJobError that no worker has ever had, while there are workers; `Infinity` to let it wait.
   * 60,000.
   */
  readonly unknownAfter?: number;
  /** How long jobs are kept that have ended; `Infinity` for ever. 7 days. */
  readonly keep?: number;
  /** How long to wait for another process that has locked the file. 5,000. */
  readonly busyTimeout?: number;
}

/** The options with their defaults. */
export type Settings = Required<SqliteOptions>;

const DAY = 86_400_000;
const DEFAULTS: Settings = {
  durability: "normal",
  lease: 15_000,
  maxLost: 5,
  unknownAfter: 60_000,
  keep: 7 * DAY,
  busyTimeout: 5_000,
};

/** Checks the options. @throws TypeError, RangeError. */
export function settingsOf(options: SqliteOptions): Settings {
  checkOptions("sqlite", options, Object.keys(DEFAULTS));
  const settings = { ...DEFAULTS, ...options };
  const { durability, lease, maxLost, unknownAfter, keep, busyTimeout } = settings;
  if (durability !== "normal" && durability !== "full") {
    throw argumentError(TypeError, "sqlite: durability", '"normal" or "full"', durability);
  }
  checkNumber("sqlite: lease", lease, 30, 2 ** 31 - 1);
  checkCount("sqlite: maxLost", maxLost, 1);
  checkDuration("sqlite: unknownAfter", unknownAfter);
  checkDuration("sqlite: keep", keep);
  checkNumber("sqlite: busyTimeout", busyTimeout);
  return settings;
}
