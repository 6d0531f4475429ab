// What every format draws: the tasks given, in their order, and the edges among them. Arguments are checked here, once,
// so that DOT, SVG and Mermaid cannot disagree about what they take.

import { argumentError, checkOptions } from "../core/check.ts";
import { isSoft, isTask } from "../core/node.ts";
import type { Task } from "../core/task.ts";

/** Where the arrows lead: from top to bottom, or from left to right. */
export type Direction = "TB" | "LR";

/** How a graph is drawn. */
export interface PictureOptions {
  /** Where the arrows lead. Default: `"TB"`. */
  direction?: Direction;
}

/** One task, or several, as the drawing functions take them. */
export type Drawable = Task | Iterable<Task>;

/** An edge from the prerequisite at `from` to the dependent at `to`, both places in `tasks`. */
export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly soft: boolean;
}

/** The tasks and edges to draw. */
export interface Picture {
  readonly direction: Direction;
  readonly tasks: readonly Task[];
  readonly edges: readonly Edge[];
}

/** Checks the arguments of the drawing function `owner` and finds the edges. A task given twice is drawn once. */
export function pictureOf(owner: string, drawable: Drawable, options: PictureOptions = {}): Picture {
  checkOptions(owner, options, ["direction"]);
  const { direction = "TB" } = options;
  if (direction !== "TB" && direction !== "LR")
    throw argumentError(TypeError, `${owner}.direction`, '"TB" or "LR"', direction);
  const places = new Map<Task, number>();
  for (const task of tasksOf(owner, drawable)) if (!places.has(task)) places.set(task, places.size);
  const edges: Edge[] = [];
  for (const [task, to] of places) {
    for (const prerequisite of task.prerequisites) {
      const from = places.get(prerequisite);
      if (from !== undefined) edges.push({ from, to, soft: isSoft(task, prerequisite) });
    }
  }
  return { direction, tasks: [...places.keys()], edges };
}

function* tasksOf(owner: string, drawable: unknown): Generator<Task> {
  if (isTask(drawable)) {
    yield drawable;
    return;
  }
  if (typeof drawable !== "object" || drawable === null || !(Symbol.iterator in drawable)) {
    throw argumentError(TypeError, owner, "a task or an iterable of tasks", drawable);
  }
  for (const task of drawable as Iterable<unknown>) {
    if (!isTask(task)) throw argumentError(TypeError, owner, "an iterable of tasks only", task);
    yield task;
  }
}
