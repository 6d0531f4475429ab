// How edges are kept: by the dependent, in one array of pairs. A pair is a prerequisite and whoever had come to require that before, so
// that a prerequisite need know only the latest of its dependents: the others hang on it like beads on a thread. (After Knuth's lists
// with several links, The Art of Computer Programming 2.2.6.) To make an edge touches the prerequisite once and takes 16 bytes.

import type { Task } from "./task.ts";

type AnyTask = Task<unknown>;

/** The edges of a task to its prerequisites: those at even places, and beside each the dependent that it had got last before. */
export type Links = (AnyTask | undefined)[];

/** The links of a task that requires nothing. */
export const NO_LINKS: Links = [];

// How many prerequisites are searched one by one, and copied each time that somebody asks for them.
const FEW = 16;

/** Links a new task to others; twice is once. Returns whether all of them were different. */
export function linkAll(dependent: AnyTask, prerequisites: readonly AnyTask[]): boolean {
  const most = 2 * prerequisites.length;
  if (most === 0) return true;
  // With room for just these; `push` would make room for 17 more.
  // eslint-disable-next-line unicorn/no-new-array
  const links: Links = new Array<AnyTask | undefined>(most);
  let length = 0;
  for (let k = 0; k < prerequisites.length; k++) {
    const prerequisite = prerequisites[k] as AnyTask;
    if (prerequisite._latest === dependent) continue;
    links[length] = prerequisite;
    links[length + 1] = prerequisite._latest;
    length += 2;
    prerequisite._latest = dependent;
  }
  if (length < most) links.length = length;
  dependent._links = links;
  return length === most;
}

/** Links a task to one that it has not required yet. */
export function link(dependent: AnyTask, prerequisite: AnyTask): void {
  const links = dependent._links;
  dependent._extra?.places?.set(prerequisite, links.length);
  if (links.length > 2 * FEW) links.push(prerequisite, prerequisite._latest);
  else dependent._links = [...links, prerequisite, prerequisite._latest];
  prerequisite._latest = dependent;
}

/** Whether a task requires another. */
export function isLinked(dependent: AnyTask, prerequisite: AnyTask): boolean {
  return placeOf(dependent, prerequisite) !== -1;
}

// A task with many prerequisites gets an index when first one of them is looked for.
function placeOf(dependent: AnyTask, prerequisite: AnyTask): number {
  const links = dependent._links;
  if (links.length > 2 * FEW) return placesOf(dependent).get(prerequisite) ?? -1;
  for (let k = 0; k < links.length; k += 2) if (links[k] === prerequisite) return k;
  return -1;
}

function placesOf(dependent: AnyTask): Map<AnyTask, number> {
  const extra = dependent._extras();
  if (extra.places === undefined) {
    extra.places = new Map();
    for (let k = 0; k < dependent._links.length; k += 2) extra.places.set(dependent._links[k] as AnyTask, k);
  }
  return extra.places;
}

// Long lists that somebody has asked for, frozen: a loop that asks at each step would take quadratic time.
const prerequisiteLists = new WeakMap<AnyTask, readonly AnyTask[]>();
const dependentLists = new WeakMap<AnyTask, readonly AnyTask[]>();

/** The prerequisites of a task, in the order in which they were required. */
export function prerequisitesOf(task: AnyTask): readonly AnyTask[] {
  const links = task._links;
  const known = links.length > 2 * FEW ? prerequisiteLists.get(task) : undefined;
  if (known !== undefined && known.length * 2 === links.length) return known;
  const list: AnyTask[] = [];
  for (let k = 0; k < links.length; k += 2) list.push(links[k] as AnyTask);
  if (list.length > FEW) prerequisiteLists.set(task, Object.freeze(list));
  return list;
}

/** The tasks that require a task, in the order in which they came to. */
export function dependentsOf(task: AnyTask): readonly AnyTask[] {
  const known = dependentLists.get(task);
  if (known !== undefined && known.at(-1) === task._latest) return known;
  const list: AnyTask[] = [];
  for (let dependent = task._latest; dependent !== undefined;) {
    list.push(dependent);
    dependent = dependent._links[placeOf(dependent, task) + 1];
  }
  list.reverse();
  if (list.length > FEW) dependentLists.set(task, Object.freeze(list));
  return list;
}
