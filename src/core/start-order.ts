// The order in which tasks start that are ready at the same time, worked out once for a whole graph: then a ready task is a bit at its
// position, and no two tasks are compared while the run is under way.

import { STRETCH, type Roster } from "./roster.ts";
import type { Task } from "./task.ts";

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
  let [oldest, newest] = [Infinity, 0];
  for (let from = 0; from < length; from += STRETCH, yield) {
    for (let place = from; place < Math.min(length, from + STRETCH); place++) {
      const { id } = tasks[place] as Task<unknown>;
      if (id < oldest) oldest = id;
      if (id > newest) newest = id;
    }
  }
  if (newest - oldest > SPREAD * (length + STRETCH)) return;
  const byAge = new Int32Array(newest - oldest + 1).fill(-1);
  /** By rank: how many tasks have it, then the next position for one of those. */
  const next = new Int32Array(length + 1);
  for (let from = 0; from < length; from += STRETCH, yield) {
    for (let place = from; place < Math.min(length, from + STRETCH); place++) {
      byAge[(tasks[place] as Task<unknown>).id - oldest] = place;
      (next[rank[place] as number] as number)++;
    }
  }
  for (let way = length, position = 0; way > 0; way--) {
    const count = next[way] as number;
    next[way] = position;
    position += count;
  }
  const positions = new Int32Array(length);
  const planned = new Int32Array(length);
  for (let from = 0; from < byAge.length; from += STRETCH, yield) {
    for (let age = from; age < Math.min(byAge.length, from + STRETCH); age++) {
      const place = byAge[age] as number;
      if (place === -1) continue;
      const position = (next[rank[place] as number] as number)++;
      positions[place] = position;
      planned[position] = place;
    }
  }
  roster.positions = positions;
  roster.planned = planned;
}
