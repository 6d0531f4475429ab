// What a progress display may be told, checked and completed. What is not told is read off the stream and the environment, the way
// other programs for the terminal do it.

import { argumentError, checkDuration, checkOptions, checkType } from "../../core/check.ts";
import type { Durations } from "../../core/durations.ts";
import { platform, type Clock } from "../../core/platform.ts";
import { checkClock, checkDurations } from "../../core/settings.ts";

/** How progress is shown: a live region, plain lines, or JSON. */
export type ProgressMode = "live" | "lines" | "json";

/** The options of `progress`. */
export interface ProgressOptions {
  /** Where it is written; the process's stderr. */
  readonly stream?: NodeJS.WriteStream;
  /** `"auto"`: live on a terminal, plain lines elsewhere, on a dumb terminal and where `CI` is set. */
  readonly mode?: ProgressMode | "auto";
  /** Whether in colour; on a terminal unless `NO_COLOR` is set, elsewhere if `FORCE_COLOR` is. */
  readonly color?: boolean;
  /** Tells what tasks write to stdout and stderr, `console.log` for one, as their log, instead of writing it. */
  readonly captureConsole?: boolean;
  /** Writes every log line, after its task's name; otherwise the live region shows the last one. Plain lines have them unless `false`. */
  readonly logs?: boolean;
  /** Milliseconds between two pictures of the live region; 100. */
  readonly interval?: number;
  /** Plain lines say how things stand when nothing has ended for so many milliseconds; 10,000. */
  readonly heartbeat?: number;
  /** How long tasks take, by name, for the time that is left: as `durations()` has learned it. */
  readonly durations?: Durations;
  /** Where the time comes from, as given to `make`. */
  readonly clock?: Clock;
}

/** {@link ProgressOptions}, completed. */
export interface ProgressSettings {
  readonly stream: NodeJS.WriteStream;
  readonly mode: ProgressMode;
  readonly color: boolean;
  readonly captureConsole: boolean;
  readonly logs: boolean;
  readonly interval: number;
  readonly heartbeat: number;
  readonly durations: Durations | undefined;
  readonly clock: Clock;
}

const OPTIONS = [
  "stream",
  "mode",
  "color",
  "captureConsole",
  "logs",
  "interval",
  "heartbeat",
  "durations",
  "clock",
] as const;
const MODES = ["auto", "live", "lines", "json"];
type Environment = Readonly<Record<string, string | undefined>>;

/** Checks the options and fills in the rest. */
export function progressSettings(options: ProgressOptions, env: Environment = process.env): ProgressSettings {
  checkOptions("progress", options, OPTIONS);
  const { stream = process.stderr, mode: asked = "auto", interval = 100, heartbeat = 10_000 } = options;
  const { write, on } = (stream ?? {}) as Partial<NodeJS.WriteStream>;
  if (typeof write !== "function" || typeof on !== "function") {
    throw argumentError(TypeError, "progress: stream", "a stream to write to", stream);
  }
  if (!MODES.includes(asked)) throw argumentError(TypeError, "progress: mode", `one of ${MODES.join(", ")}`, asked);
  checkDuration("progress: interval", interval, 1);
  checkDuration("progress: heartbeat", heartbeat, 1);
  for (const flag of ["color", "captureConsole", "logs"] as const) {
    if (options[flag] !== undefined) checkType(`progress: ${flag}`, options[flag], "boolean");
  }
  if (options.durations !== undefined) checkDurations("progress: durations", options.durations);
  if (options.clock !== undefined) checkClock("progress: clock", options.clock);
  const mode = asked === "auto" ? modeFor(stream, env) : asked;
  return {
    stream,
    mode,
    color: options.color ?? hasColors(stream, env),
    captureConsole: options.captureConsole ?? false,
    logs: options.logs ?? mode === "lines",
    interval,
    heartbeat,
    durations: options.durations,
    clock: options.clock ?? platform.clock,
  };
}

function modeFor(stream: NodeJS.WriteStream, env: Environment): ProgressMode {
  const isCI = !["", "0", "false"].includes(env["CI"] ?? "");
  // A terminal without a size is one that nobody looks at.
  return stream.isTTY && stream.columns > 0 && !isCI && env["TERM"] !== "dumb" ? "live" : "lines";
}

// FORCE_COLOR is asked before NO_COLOR, as in Node.
function hasColors({ isTTY = false }: Partial<NodeJS.WriteStream>, env: Environment): boolean {
  const { FORCE_COLOR = "", NO_COLOR = "", TERM } = env;
  if (FORCE_COLOR !== "") return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return NO_COLOR === "" && TERM !== "dumb" && isTTY;
}
