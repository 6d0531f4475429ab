// How a graph is drawn: the options that DOT, SVG and Mermaid share, checked in one place.

import { argumentError, checkCount, checkOptions, checkType } from "../core/check.ts";
import type { Task } from "../core/task.ts";
import { tasksOf } from "./drawable.ts";

/** Where the arrows lead: from top to bottom, from left to right, or the other way. */
export type Direction = "TB" | "LR" | "BT" | "RL";

/** Along which edges to go: to what must come first, to what waits, or to both. */
export type Ways = "prerequisites" | "dependents" | "both";

/** What the colour of a box tells. */
export type ColorBy = "state" | "group" | "duration";

/** How a graph is drawn. */
export interface PictureOptions {
  /** Where the arrows lead. Default: `"TB"`. */
  direction?: Direction;
  /** Draws, of the tasks given, only these and those that edges lead to from them; which way is for `ways` to say. */
  from?: Task | Iterable<Task>;
  /** Along which edges `from` reaches; default `"both"`. Without `from`, adds all that can be reached from the tasks given. */
  ways?: Ways;
  /** Puts a frame around the tasks of each `group`. Default: true. */
  cluster?: boolean;
  /**
   * Draws each group of more than so many tasks as one box that counts their states. By default that is done, as far as needed,
   * only where the picture would be too large, and then tasks without a group are put together by level; `Infinity`: never.
   */
  collapse?: number;
  /**
   * Marks the chain that takes longest: of tasks that ran, by the time that they took; where none has, by `estimate`, else by
   * number. Default: false.
   */
  longestPath?: boolean;
  /** Leaves out edges that longer ways imply. Default: only where the layout would take too long; `false`: never. */
  reduce?: boolean;
  /** What the colour of a box tells. Default: `"state"`. */
  color?: ColorBy;
  /** Explains colours, signs and edges in the picture. Default: false. */
  legend?: boolean;
}

/** The options as they were given or else are by default; `undefined` where that depends on the graph. */
export interface Choices {
  readonly direction: Direction;
  readonly from: ReadonlySet<Task> | undefined;
  readonly ways: Ways | undefined;
  readonly cluster: boolean;
  readonly collapse: number | undefined;
  readonly longestPath: boolean;
  readonly reduce: boolean | undefined;
  readonly color: ColorBy;
  readonly legend: boolean;
}

const DIRECTIONS: readonly string[] = ["TB", "LR", "BT", "RL"];
const WAYS: readonly string[] = ["prerequisites", "dependents", "both"];
const COLORS: readonly string[] = ["state", "group", "duration"];
const SWITCHES = ["cluster", "longestPath", "reduce", "legend"] as const;
const KNOWN = ["direction", "from", "ways", "collapse", "color", ...SWITCHES];

/** Checks the options of the drawing function `owner`. */
export function choicesOf(owner: string, options: PictureOptions): Choices {
  checkOptions(owner, options, KNOWN);
  const { direction = "TB", from, ways, cluster = true, collapse, longestPath = false, reduce } = options;
  const { color = "state", legend = false } = options;
  checkOneOf(`${owner}.direction`, direction, DIRECTIONS);
  checkOneOf(`${owner}.color`, color, COLORS);
  if (ways !== undefined) checkOneOf(`${owner}.ways`, ways, WAYS);
  if (collapse !== undefined) checkCount(`${owner}.collapse`, collapse, 1);
  for (const name of SWITCHES) if (options[name] !== undefined) checkType(`${owner}.${name}`, options[name], "boolean");
  const starts = from === undefined ? undefined : tasksOf(`${owner}.from`, from);
  return { direction, from: starts, ways, cluster, collapse, longestPath, reduce, color, legend };
}

/** Refuses anything but one of a few words. */
export function checkOneOf(owner: string, value: unknown, words: readonly string[]): void {
  if (words.includes(value as string)) return;
  const quoted = words.map((word) => `"${word}"`);
  throw argumentError(TypeError, owner, `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`, value);
}
