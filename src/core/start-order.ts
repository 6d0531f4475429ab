// The order in which tasks start that are ready at the same time, worked out once for a whole graph: then a ready task is a bit at its
// position, and no two tasks are compared while the run is under way.

import { STRETCH, type Roster } from "./roster.ts";

// How much further apart than there are tasks their serial numbers may lie, for an array of all of those.
const SPREAD = 4;

/**
 * Gives each place on a roster its position: longest remaining path first, then oldest first, by counting and not by comparing. Does
 * nothing where that is not possible: with priorities, with durations, or if most tasks of the program are not on the roster.
 */
export function* positionAll(roster: Roster): Generator<void, void> {
  const { tasks, rank } = roster;
  const { length } = tasks;
  if (length === 0 || roster.isUrgent || roster.isWeighted) return;
  let [longest, oldest, newest] = [0, Infinity, 0];
  for (let place = 0; place < length; place++) {
    const { id } = tasks[place] as { readonly id: number };
    if ((rank[place] as number) > longest) longest = rank[place] as number;
    if (id < oldest) oldest = id;
    if (id > newest) newest = id;
    if (place % STRETCH === 0) yield;
  }
  if (newest - oldest > SPREAD * (length + STRETCH)) return;
  const byAge = new Int32Array(newest - oldest + 1).fill(-1);
  const next = new Int32Array(longest + 2);
  for (let place = 0; place < length; place++) {
    byAge[(tasks[place] as { readonly id: number }).id - oldest] = place;
    (next[longest - (rank[place] as number) + 1] as number)++;
    if (place % STRETCH === 0) yield;
  }
  for (let way = 1; way < next.length; way++) (next[way] as number) += next[way - 1] as number;
  const positions = new Int32Array(length);
  const planned = new Int32Array(length);
  for (let age = 0; age < byAge.length; age++) {
    const place = byAge[age] as number;
    if (age % STRETCH === 0) yield;
    if (place === -1) continue;
    const position = (next[longest - (rank[place] as number)] as number)++;
    positions[place] = position;
    planned[position] = place;
  }
  roster.positions = positions;
  roster.planned = planned;
}
