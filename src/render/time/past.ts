// Whose time is drawn: a run, a queue or a list of tasks, brought into one form. All that is drawn comes from what the tasks
// remember, so that nobody has to record a run in order to draw it later.

import { argumentError } from "../../core/check.ts";
import { isTask } from "../../core/node.ts";
import { platform } from "../../core/platform.ts";
import type { Task } from "../../core/task.ts";
import { onlyTasks } from "../drawable.ts";

/** What a `Run` and a `TaskQueue` have in common. */
export interface Made {
  readonly tasks: readonly Task<unknown>[];
  readonly concurrency: number;
  readonly resources: Readonly<Record<string, number>>;
  /** The tasks asked for; a queue has none. */
  readonly requested?: readonly Task<unknown>[];
  readonly startedAt?: number | undefined;
  readonly endedAt?: number | undefined;
}

/** Whose time can be drawn: a run, a queue, a task, or tasks. */
export type Timed = Made | Task<unknown> | Iterable<Task<unknown>>;

/** Tasks and the time that is drawn of them. Times are milliseconds since the epoch. */
export interface Past {
  readonly kind: "run" | "queue" | "tasks";
  readonly tasks: readonly Task<unknown>[];
  /** `undefined` while nothing has begun. */
  readonly startedAt: number | undefined;
  /** The end, or the present if that is still to come. */
  readonly endedAt: number;
  readonly isOver: boolean;
  /** How many attempts could run at once; Infinity where nobody knows. */
  readonly concurrency: number;
  readonly resources: ReadonlyMap<string, number>;
  /** Whether a task was there from the start, as far as anybody knows; `context.make()` and `add()` bring more. */
  isFirst(task: Task<unknown>): boolean;
}

/** Checks what the drawing function `owner` was given, and reads it. A task given twice counts once. */
export function pastOf(owner: string, timed: Timed): Past {
  if (isTask(timed)) return pastOfTasks([timed]);
  if (isMade(timed)) {
    const tasks = [...onlyTasks(owner, timed.tasks)];
    return timed.requested === undefined ? pastOfQueue(timed, tasks) : pastOfRun(timed, tasks, timed.requested);
  }
  if (typeof timed !== "object" || timed === null || !(Symbol.iterator in timed)) {
    throw argumentError(TypeError, owner, "a run, a TaskQueue, or tasks", timed);
  }
  return pastOfTasks([...onlyTasks(owner, timed)]);
}

function isMade(value: unknown): value is Made {
  if (typeof value !== "object" || value === null) return false;
  const { tasks, concurrency, resources } = value as Partial<Made>;
  return Array.isArray(tasks) && typeof concurrency === "number" && typeof (resources ?? undefined) === "object";
}

function pastOfRun(run: Made, tasks: readonly Task<unknown>[], requested: readonly Task<unknown>[]): Past {
  const first = new Set(requested);
  for (const task of first) for (const prerequisite of task.prerequisites) first.add(prerequisite);
  return {
    kind: "run",
    tasks,
    startedAt: run.startedAt,
    endedAt: run.endedAt ?? nowOf(tasks),
    isOver: run.endedAt !== undefined,
    concurrency: run.concurrency,
    resources: new Map(Object.entries(run.resources)),
    isFirst: (task) => first.has(task),
  };
}

function pastOfQueue(queue: Made, tasks: readonly Task<unknown>[]): Past {
  return {
    ...pastOfTasks(tasks),
    kind: "queue",
    concurrency: queue.concurrency,
    resources: new Map(Object.entries(queue.resources)),
    isFirst: () => false,
  };
}

function pastOfTasks(tasks: readonly Task<unknown>[]): Past {
  let [startedAt, endedAt] = [Infinity, -Infinity];
  for (const { history } of tasks) {
    startedAt = Math.min(startedAt, history[0]?.at ?? Infinity);
    endedAt = Math.max(endedAt, history.at(-1)?.at ?? -Infinity);
  }
  const isOver = !tasks.some((task) => isUnderWay(task));
  return {
    kind: "tasks",
    tasks,
    startedAt: startedAt === Infinity ? undefined : startedAt,
    endedAt: isOver && endedAt !== -Infinity ? endedAt : nowOf(tasks),
    isOver: isOver && endedAt !== -Infinity,
    concurrency: Infinity,
    resources: new Map(),
    isFirst: () => true,
  };
}

function isUnderWay({ state, _extra }: Task<unknown>): boolean {
  return state === "RUNNING" || state === "QUEUED" || _extra?.holder !== undefined;
}

// A run may have a clock of its own, which its tasks know while they are in it.
function nowOf(tasks: readonly Task<unknown>[]): number {
  const task = tasks.find((each) => each._watcher !== undefined) ?? tasks[0];
  return task === undefined ? (platform.clock?.now() ?? Date.now()) : task._now();
}
