// Which tasks share a box. A group that is large enough has one; in graphs too large to look at, tasks without a group are put
// together by their level, so that whatever the size there is a picture that tells something.

import type { Task } from "../../core/task.ts";
import { amount } from "../words.ts";

/** Which tasks share a box: groups of more than `above` members; what is in no group, by level, in at most `levels` boxes. */
export interface Collapse {
  readonly above: number;
  readonly levels: number;
  /** Levels put all tasks together, of whatever group. */
  readonly ignoresGroups?: boolean;
}

/** What is drawn as one node: a task, or several. */
export interface Box {
  /** The node's name in DOT and Mermaid: the task's index after `t`, or a number after `g` or `l`. */
  readonly id: string;
  readonly kind: "task" | "group" | "levels";
  readonly name: string;
  readonly group: string | undefined;
  readonly tasks: readonly Task[];
}

/** Nothing shares a box. */
export const NO_COLLAPSE: Collapse = { above: Infinity, levels: 0 };

/** A last resort: everything by level. */
export const LEVELS_ONLY: Collapse = { above: Infinity, levels: 60, ignoresGroups: true };

const MOST_UNGROUPED = 100;
const MOST_LEVELS = 60;

/** How to make `most` boxes of a large graph: the largest groups first, as many as it takes; groups above `above` in any case. */
export function collapseFor(tasks: readonly Task[], above: number, most: number): Collapse {
  const sizes = [...membersOf(tasks).values()].map((members) => members.length).toSorted((a, b) => b - a);
  const ungrouped = tasks.filter(({ group }) => group === undefined).length;
  const levels = ungrouped > MOST_UNGROUPED ? MOST_LEVELS : 0;
  let boxes = tasks.length - ungrouped + (levels === 0 ? ungrouped : levels);
  let largest = Infinity;
  for (const size of sizes) {
    if (size <= above && boxes <= most) break;
    boxes -= size - 1;
    largest = size - 1;
  }
  return { above: Math.max(1, Math.min(above, largest)), levels };
}

/** The members of each group, in order. */
function membersOf(tasks: Iterable<Task>): Map<string, Task[]> {
  const members = new Map<string, Task[]>();
  for (const task of tasks) {
    const { group } = task;
    if (group === undefined) continue;
    const others = members.get(group);
    if (others === undefined) members.set(group, [task]);
    else others.push(task);
  }
  return members;
}

/** Puts tasks into boxes, which come in the order of their first tasks. `indexOf` and `levelOf` tell a task's index and level. */
export function boxesOf(
  tasks: readonly Task[],
  { above, levels, ignoresGroups = false }: Collapse,
  indexOf: (task: Task) => number,
  levelOf: (task: Task) => number,
): Box[] {
  const groups = membersOf(tasks);
  const numbers = new Map([...groups.keys()].map((name, number) => [name, number]));
  const depth = levels === 0 ? 0 : tasks.reduce((most, task) => Math.max(most, levelOf(task) + 1), 1);
  const shelves = Math.min(depth, levels);
  const shared = new Map<string, Task[]>();
  const keyOf = (task: Task): string => {
    const { group } = task;
    if (group !== undefined && !ignoresGroups) {
      return (groups.get(group)?.length ?? 0) > above ? `g${numbers.get(group)}` : `t${indexOf(task)}`;
    }
    return shelves === 0 ? `t${indexOf(task)}` : `l${Math.floor((levelOf(task) * shelves) / depth)}`;
  };
  for (const task of tasks) {
    const key = keyOf(task);
    const others = shared.get(key);
    if (others === undefined) shared.set(key, [task]);
    else others.push(task);
  }
  return Array.from(shared, ([key, members]) => boxOf(key, members, indexOf, levelOf));
}

function boxOf(
  key: string,
  members: readonly Task[],
  indexOf: (task: Task) => number,
  levelOf: (task: Task) => number,
): Box {
  const [first] = members as [Task];
  const { group } = first;
  if (key.startsWith("g")) return { id: key, kind: "group", name: group as string, group, tasks: members };
  if (members.length === 1) return { id: `t${indexOf(first)}`, kind: "task", name: first.name, group, tasks: members };
  const found = members.map(levelOf);
  const [low, high] = found.reduce(([least, most], each) => [Math.min(least, each), Math.max(most, each)], [
    Infinity,
    0,
  ] as [number, number]);
  const name = low === high ? `level ${amount(low + 1)}` : `levels ${amount(low + 1)}–${amount(high + 1)}`;
  return { id: key, kind: "levels", name, group: undefined, tasks: members };
}
