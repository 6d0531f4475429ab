// The tooltips of a picture: what is told about a box and an arrow, whether they stand for one task and edge or for many.

import { EMPTY_NOTE } from "../theme.ts";
import { amount, edgeTitle, groupTitle, pictureTitle, taskTitle } from "../words.ts";
import type { Box } from "./collapse.ts";
import type { Arrow, Picture } from "./picture.ts";

/** All about a box: its task, or its tasks together. */
export function boxTitle({ kind, name, tasks }: Box): string {
  const [task] = tasks;
  return kind === "task" && task !== undefined ? taskTitle(task) : groupTitle(name, tasks);
}

/** An arrow in words: from where to where, and what is special about it. */
export function arrowTitle(from: Box, to: Box, { count, isInCycle, isOnPath }: Arrow): string {
  const lines = [edgeTitle(from, to)];
  if (count > 1) lines.push(amount(count, "edge"));
  if (isInCycle) lines.push("in a cycle");
  if (isOnPath) lines.push("on the longest path");
  return lines.join("\n");
}

/** The whole in words: how many tasks are in which state, and what was simplified. */
export function wholeTitle({ tasks, notes }: Picture): string {
  return [tasks.length === 0 ? EMPTY_NOTE : pictureTitle(tasks), ...notes].join("\n");
}
