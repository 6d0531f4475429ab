// What a legend says: the colours that occur in the picture and what they mean, and the kinds of edges that occur.

import { duration } from "../duration.ts";
import { oneLine } from "../text.ts";
import { CYCLE_COLOR, EDGE_COLOR, LOOKS, PATH_COLOR, SHARED_GLYPH, type Look } from "../theme.ts";
import { amount, statesOf } from "../words.ts";
import { BLANK, DURATION_TINTS, durationSteps, groupTints, timeOf, type Tint } from "./palette.ts";
import type { Picture } from "./picture.ts";

/** A line of a legend about boxes: how they look, and what that means. */
export interface Swatch {
  readonly tint: Tint & Partial<Pick<Look, "dashed" | "width">>;
  readonly text: string;
}

/** A line of a legend about edges. */
export interface EdgeKind {
  readonly color: string;
  readonly text: string;
}

/** What a legend says. */
export interface Legend {
  readonly swatches: readonly Swatch[];
  readonly edges: readonly EdgeKind[];
}

const GROUP_LENGTH = 40;
const MOST_GROUPS = 40;

/** The legend of a picture; empty if none was asked for, or if there is nothing to explain. */
export function legendOf(picture: Picture): Legend {
  if (!picture.choices.legend) return { swatches: [], edges: [] };
  return { swatches: [...swatchesOf(picture), ...signs(picture)], edges: edgeKinds(picture) };
}

function swatchesOf({ choices, tasks, boxes }: Picture): Swatch[] {
  if (choices.color === "state") {
    return statesOf(tasks).map(([state, count]) => ({
      tint: LOOKS[state],
      text: `${LOOKS[state].glyph} ${state} ${amount(count)}`,
    }));
  }
  if (choices.color === "group") {
    const groups = [...groupTints(tasks)];
    const told = groups.slice(0, MOST_GROUPS).map(([name, tint]) => ({ tint, text: oneLine(name, GROUP_LENGTH) }));
    const left = groups.length - told.length;
    if (left > 0) told.push({ tint: BLANK, text: `and ${amount(left, "more group")}` });
    return told;
  }
  const times = boxes.map((box) => timeOf(box.tasks)).filter((ms) => ms !== undefined);
  if (times.length === 0) return [];
  const steps = durationSteps(times.reduce((most, ms) => Math.max(most, ms)));
  return DURATION_TINTS.map((tint, step) => ({ tint, text: `≤ ${duration(steps[step] as number)}` }));
}

// Where colours tell of something else, the signs still tell the states.
function signs({ choices, tasks, boxes }: Picture): Swatch[] {
  const told = choices.color === "state" ? [] : statesOf(tasks).map(([state]) => `${LOOKS[state].glyph} ${state}`);
  if (boxes.some(({ kind }) => kind !== "task")) told.push(`${SHARED_GLYPH} several tasks`);
  return told.map((text) => ({ tint: BLANK, text }));
}

function edgeKinds({ arrows, path }: Picture): EdgeKind[] {
  const kinds: EdgeKind[] = [];
  if (arrows.length > 0) kinds.push({ color: EDGE_COLOR, text: "→ comes before" });
  if (arrows.some(({ isSoft }) => isSoft)) kinds.push({ color: EDGE_COLOR, text: "⇢ comes before, even if it fails" });
  if (path.tasks.length > 0) kinds.push({ color: PATH_COLOR, text: pathText(path) });
  if (arrows.some(({ isInCycle }) => isInCycle)) kinds.push({ color: CYCLE_COLOR, text: "↻ in a cycle" });
  return kinds;
}

function pathText({ tasks, ms }: Picture["path"]): string {
  return `━ longest path: ${amount(tasks.length, "task")}${ms === undefined ? "" : `, ${duration(ms)}`}`;
}
