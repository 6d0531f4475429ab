// How each box of a picture looks: its colours by state, group or duration, and what stands in it below the name.

import type { State } from "../../core/machine.ts";
import { duration } from "../duration.ts";
import { labelLines, oneLine } from "../text.ts";
import { LOOKS, PATH_COLOR, SHARED_GLYPH, type Look } from "../theme.ts";
import { amount, statesOf } from "../words.ts";
import type { Box } from "./collapse.ts";
import { BLANK, durationTint, groupTints, timeOf } from "./palette.ts";
import type { Picture } from "./picture.ts";

/** A part of a box's fill; the parts of all stripes make 1. */
export interface Stripe {
  readonly fill: string;
  readonly part: number;
}

/** How a box looks. */
export interface Paint {
  readonly look: Look;
  /** What a page may tell it by: its state, for a shared box the one that matters most. */
  readonly state: State;
  readonly lines: readonly string[];
  /** For a box of tasks in several states: how many in which, from left to right. */
  readonly stripes: readonly Stripe[];
}

const GROUP_LENGTH = 40;
const LEAST_STRIPE = 0.04;
const COUNTS_PER_LINE = 4;
// What somebody has to see of several tasks, the first that occurs.
const TELLING: readonly State[] = ["FAILED", "RUNNING", "QUEUED", "PENDING", "PREPARE", "CANCELLED", "DONE"];

/** The looks of all boxes, in order. */
export function paint(picture: Picture): Paint[] {
  const { boxes, choices, path, frames } = picture;
  const tints = choices.color === "group" ? groupTints(picture.tasks) : undefined;
  const times = choices.color === "duration" ? boxes.map(({ tasks }) => timeOf(tasks)) : undefined;
  const longest = (times ?? []).reduce<number>((most, ms) => Math.max(most, ms ?? 0), 0);
  const onPath = new Set(path.tasks);
  return boxes.map((box, place) => {
    const { kind, tasks, group } = box;
    const counts = kind === "task" ? [] : statesOf(tasks);
    const state = TELLING.find((each) => tasks.some((task) => task.state === each)) as State;
    const lines =
      kind === "task" ? labelLines(box.name) : [oneLine(box.name, GROUP_LENGTH), ...countLines(box, counts)];
    let look = LOOKS[state];
    if (tints !== undefined) {
      look = { ...look, ...(group === undefined ? BLANK : tints.get(group)) };
      if (kind === "task" && group !== undefined && frames.length === 0)
        lines.push(`(${oneLine(group, GROUP_LENGTH)})`);
    }
    if (times !== undefined) {
      const ms = times[place];
      look = { ...look, ...(ms === undefined ? BLANK : durationTint(ms, longest)) };
      if (ms !== undefined) lines.push(duration(ms));
    }
    if (tasks.some((task) => onPath.has(task))) look = { ...look, line: PATH_COLOR, width: 3 };
    const glyph = kind === "task" ? look.glyph : SHARED_GLYPH;
    const dashed = kind === "task" && look.dashed === true;
    const stripes = choices.color === "state" && counts.length > 1 ? stripesOf(counts) : [];
    const text = stripes.length > 0 ? BLANK.text : look.text;
    return { look: { ...look, glyph, dashed, text }, state, lines, stripes };
  });
}

function countLines({ tasks }: Box, counts: readonly (readonly [State, number])[]): string[] {
  const told = counts.map(([state, count]) => `${LOOKS[state].glyph} ${amount(count)}`);
  const lines = [amount(tasks.length, "task")];
  for (let at = 0; at < told.length; at += COUNTS_PER_LINE) lines.push(told.slice(at, at + COUNTS_PER_LINE).join("  "));
  return lines;
}

// The few among the many are what somebody looks for, so that no stripe is too thin to be seen.
function stripesOf(counts: readonly (readonly [State, number])[]): Stripe[] {
  const all = counts.reduce((sum, [, count]) => sum + count, 0);
  const parts = counts.map(([, count]) => Math.max(LEAST_STRIPE, count / all));
  const total = parts.reduce((sum, part) => sum + part, 0);
  return counts.map(([state], place) => ({ fill: LOOKS[state].fill, part: (parts[place] as number) / total }));
}
