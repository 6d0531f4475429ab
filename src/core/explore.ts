// Ways through the graph along its edges: ranks, urgencies, cycles. None recurses: a chain may have a million tasks.

import { taskOf } from "./node.ts";
import { frees, OPEN, type Roster } from "./roster.ts";
import type { Task } from "./task.ts";

type AnyTask = Task<unknown>;

/** Adds an edge between two places, with all that follows from it. Returns whether it has raised what was there. */
export function connect(roster: Roster, below: number, place: number): boolean {
  const dependent = roster.tasks[place] as AnyTask;
  roster.edges.add(below, place);
  if (!frees(roster.seen[below] as number, dependent, roster.tasks[below] as AnyTask))
    (roster.unmet[place] as number)++;
  return lift(roster, place, below);
}

/** Sets ranks and urgencies of the places `from` down to `to`, from those of their dependents, which come later. */
export function rank(roster: Roster, from: number, to: number): void {
  const { tasks, edges, rank: ranks, urgency, isUrgent, isWeighted } = roster;
  const { last, before, dependent } = edges;
  for (let place = from; place >= to; place--) {
    let edge = last[place] as number;
    if (edge === 0) continue;
    let highest = 0;
    for (; edge !== 0; edge = before[edge] as number) {
      const above = dependent[edge] as number;
      if ((ranks[above] as number) > highest) highest = ranks[above] as number;
      if (isUrgent && (urgency[above] as number) > (urgency[place] as number))
        urgency[place] = urgency[above] as number;
    }
    highest += isWeighted ? roster.weigh(tasks[place] as AnyTask) : 1;
    if (highest > (ranks[place] as number)) ranks[place] = highest;
  }
}

/** Gives a prerequisite the rank and the urgency that its dependent makes necessary. Returns whether that changed anything. */
export function lift(roster: Roster, place: number, below: number): boolean {
  const { rank: ranks, urgency, tasks, isUrgent } = roster;
  const above = (ranks[place] as number) + (roster.isWeighted ? roster.weigh(tasks[below] as AnyTask) : 1);
  let isHigher = false;
  if ((ranks[below] as number) < above) {
    ranks[below] = above;
    isHigher = true;
  }
  if (isUrgent && (urgency[below] as number) < (urgency[place] as number)) {
    urgency[below] = urgency[place] as number;
    isHigher = true;
  }
  return isHigher;
}

/** Sets the ranks and urgencies of all open tasks on a roster again, after edges have come in among them. */
export function rerank(roster: Roster): void {
  const { tasks, rank: ranks, urgency, seen, isUrgent } = roster;
  const open = tasks.filter((_, place) => seen[place] === OPEN);
  for (const task of open) {
    const place = roster.placeOf(task);
    ranks[place] = roster.weigh(task);
    if (isUrgent) urgency[place] = task._policy?.priority ?? 0;
  }
  const order = open.length === 0 ? [] : postorder(open);
  for (let k = order.length - 1; k >= 0; k--) {
    const place = roster.placeOf(order[k] as AnyTask);
    if (place === -1) continue;
    for (const prerequisite of waitsOf(order[k] as AnyTask)) {
      const below = roster.placeOf(prerequisite);
      if (below !== -1) lift(roster, place, below);
    }
  }
}

// What a task waits for: its prerequisites, and what it is making while it runs.
function waitsOf(task: AnyTask): readonly AnyTask[] {
  const making = task._extra?.making;
  return making === undefined ? task.prerequisites : [...task.prerequisites, ...[...making].flat().map(taskOf)];
}

// Prerequisites before dependents; in a cycle somewhere the other way round.
function postorder(tasks: readonly AnyTask[]): AnyTask[] {
  const order: AnyTask[] = [];
  const seen = new Set<AnyTask>();
  const path: { readonly task: AnyTask; readonly waits: readonly AnyTask[]; next: number }[] = [];
  const enter = (task: AnyTask): void => {
    if (seen.has(task)) return;
    seen.add(task);
    path.push({ task, waits: waitsOf(task), next: 0 });
  };
  for (const root of tasks) {
    enter(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const prerequisite = top.waits[top.next++];
      if (prerequisite === undefined) {
        order.push(top.task);
        path.pop();
      } else if (!prerequisite.isSettled()) enter(prerequisite);
    }
  }
  return order;
}

/** A cycle in order; its oldest task comes first, so that it reads the same wherever it was met. `path` goes against the edges. */
export function cycleOf(path: readonly AnyTask[]): AnyTask[] {
  const cycle = path.toReversed();
  let oldest = 0;
  cycle.forEach((task, i) => {
    if (task.id < (cycle[oldest] as AnyTask).id) oldest = i;
  });
  return [...cycle.slice(oldest), ...cycle.slice(0, oldest)];
}

/**
 * The cycle that would close if `target` had to wait for `starts`: a way from one of them along unfinished prerequisites, and
 * along what running tasks are making, to `target`; `undefined` if there is none.
 */
export function findCycle(starts: readonly AnyTask[], target: AnyTask): AnyTask[] | undefined {
  const seen = new Set<AnyTask>();
  const path: AnyTask[] = [];
  const ahead: AnyTask[][] = [[...starts]];
  for (let level = ahead.at(-1); level !== undefined; level = ahead.at(-1)) {
    const task = level.pop();
    if (task === undefined) {
      ahead.pop();
      path.pop();
    } else if (task === target) {
      return cycleOf([target, ...path]);
    } else if (!seen.has(task) && (!task.isSettled() || task._watchers().some((watcher) => watcher.repairs(task)))) {
      seen.add(task);
      path.push(task);
      ahead.push([...waitsOf(task)]);
    }
  }
  return undefined;
}

/** Tasks and all that would have to be made for them; nothing behind a settled task. Cycles do no harm. */
export function withPrerequisites(tasks: readonly AnyTask[]): AnyTask[] {
  const found = new Set(tasks);
  for (const task of found)
    if (!task.isSettled()) for (const prerequisite of task.prerequisites) found.add(prerequisite);
  return [...found];
}
