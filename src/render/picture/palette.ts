// Colours that tell of groups and of durations. The groups' are tints of those of Okabe and Ito, which the colour-blind can tell
// apart; a name or a number always stands beside the colour.

import type { Task } from "../../core/task.ts";
import type { Look } from "../theme.ts";

/** The colours of a box. */
export type Tint = Pick<Look, "fill" | "line" | "text">;

const DARK_TEXT = "#1f2328";

/** The colours of groups, in turn. @internal */
export const GROUP_TINTS: readonly Tint[] = [
  { fill: "#f3cf80", line: "#a67200", text: DARK_TEXT },
  { fill: "#bfe3f6", line: "#4085ac", text: DARK_TEXT },
  { fill: "#8cd3c0", line: "#008e68", text: DARK_TEXT },
  { fill: "#f5ed84", line: "#868025", text: DARK_TEXT },
  { fill: "#6eaed4", line: "#0072b2", text: "#08131c" },
  { fill: "#e69e66", line: "#d15c00", text: DARK_TEXT },
  { fill: "#e6bcd3", line: "#af6890", text: DARK_TEXT },
];

/** The colours of durations, from short to long. */
export const DURATION_TINTS: readonly Tint[] = [
  { fill: "#eef5fb", line: "#5b7f9e", text: "#08213d" },
  { fill: "#cde3f5", line: "#4a7699", text: "#08213d" },
  { fill: "#a1cbed", line: "#37698f", text: "#08213d" },
  { fill: "#72b2e3", line: "#245b85", text: "#08213d" },
  { fill: "#4f9bd6", line: "#0f4a78", text: "#04101f" },
];

/** What has no group, or has not run. */
export const BLANK: Tint = { fill: "#ffffff", line: "#6e7781", text: DARK_TEXT };

/** The colours of the groups of tasks, by name, in the order in which the groups first occur. */
export function groupTints(tasks: Iterable<Task>): Map<string, Tint> {
  const tints = new Map<string, Tint>();
  for (const { group } of tasks) {
    if (group === undefined || tints.has(group)) continue;
    tints.set(group, GROUP_TINTS[tints.size % GROUP_TINTS.length] as Tint);
  }
  return tints;
}

/** How long tasks took, all their last attempts together, in milliseconds; `undefined` if none has ended. */
export function timeOf(tasks: readonly Task[]): number | undefined {
  let ms: number | undefined;
  for (const { startedAt, endedAt } of tasks) {
    if (startedAt !== undefined && endedAt !== undefined) ms = (ms ?? 0) + endedAt - startedAt;
  }
  return ms;
}

/** The longest duration of each colour but the last, if the longest of all is `longest`: each is half of the next. */
export function durationSteps(longest: number): number[] {
  return DURATION_TINTS.map((_, step) => longest / 2 ** (DURATION_TINTS.length - 1 - step));
}

/** The colour of a duration. */
export function durationTint(ms: number, longest: number): Tint {
  const step = durationSteps(longest).findIndex((most) => ms <= most);
  return DURATION_TINTS[step === -1 ? DURATION_TINTS.length - 1 : step] as Tint;
}
