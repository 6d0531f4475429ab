// How attempts and waits look in a timeline. Waits differ in shape first and in colour second: dots, a pale block, stripes, two
// rails, dashes. Everything is plain attributes, without identifiers or styles, so that a drawing may stand in any page.

import { EDGE_COLOR, LOOKS, PATH_COLOR, type Look } from "../theme.ts";
import type { Attempt, WaitKind } from "../time/lives.ts";
import { px } from "./labels.ts";

/** The colours of what is waited for, where that is not the gray of edges: legible on white and on black. */
const WAIT_COLORS = { resource: "#bf8700", queue: "#0969da", backoff: "#cf222e" } as const;

/** A rectangle of the drawing, in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Ends of attempts in the order of the legend, with the words for them. */
export const ENDS: readonly (readonly [Attempt["end"], string])[] = [
  ["DONE", "done"],
  ["RUNNING", "still running"],
  ["FAILED", "failed"],
  ["retry", "failed, tried again"],
  ["CANCELLED", "cancelled"],
  ["release", "given back unfinished"],
];

/** Kinds of waits in the order of the legend, with the words for them. */
export const WAITS: readonly (readonly [WaitKind, string])[] = [
  ["prerequisite", "waits for a prerequisite"],
  ["slot", "waits for a slot"],
  ["resource", "waits for a resource"],
  ["queue", "waits in a queue"],
  ["backoff", "waits for a retry"],
  ["turn", "waits for its turn"],
];

/** The look of an attempt by its end. */
export function lookOf(end: Attempt["end"]): Look {
  if (end === "retry") return { ...LOOKS.FAILED, glyph: "↻", dashed: true, width: 1 };
  if (end === "release") return { ...LOOKS.CANCELLED, glyph: "↩", dashed: false };
  return LOOKS[end];
}

/** An attempt as a bar; one that goes on has an arrow for its end. */
export function barOf(end: Attempt["end"], box: Box): string {
  const look = lookOf(end);
  const { x, y, height } = box;
  const width = Math.max(end === "DONE" ? 0.75 : 2, box.width);
  if (width < 3) return rect({ x, y, width, height }, `fill="${look.line}"`);
  const inset = look.width / 2;
  const dashes = look.dashed === true ? ` stroke-dasharray="4 2"` : "";
  const outline = `fill="${look.fill}" stroke="${look.line}" stroke-width="${look.width}"${dashes}`;
  const round = width > 8 && height > 8 ? ` rx="2"` : "";
  const shape = { x: x + inset, y: y + inset, width: width - look.width, height: height - look.width };
  if (end !== "RUNNING") return rect(shape, outline + round);
  const tip = Math.min(6, width / 2);
  const [right, middle] = [x + width, y + height / 2];
  const points = [
    [x, y],
    [right - tip, y],
    [right, middle],
    [right - tip, y + height],
    [x, y + height],
  ];
  return `<polygon points="${points.map(([left, top]) => `${px(left!)},${px(top!)}`).join(" ")}" ${outline}/>`;
}

/** The moment at which a task without a function ended, as a diamond. */
export function diamondOf(end: Attempt["end"], { x, y, height }: Box): string {
  const { fill, line } = lookOf(end);
  const half = Math.min(5, height / 2);
  const shape = `M${px(x)} ${px(y + height / 2 - half)}l${half} ${half}l${-half} ${half}l${-half} ${-half}z`;
  return `<path d="${shape}" fill="${fill}" stroke="${line}"/>`;
}

/** A wait. Narrower than a pixel it is not drawn. */
export function waitOf(kind: WaitKind, { x, y, width, height }: Box): string {
  if (width < 1) return "";
  const middle = y + height / 2;
  const across = (top: number, style: string): string =>
    `<path d="M${px(x)} ${px(top)}h${px(width)}" fill="none" ${style}/>`;
  switch (kind) {
    case "prerequisite":
      return across(middle, `stroke="${EDGE_COLOR}" stroke-width="1.5" stroke-dasharray="1.5 3"`);
    case "slot":
      return rect({ x, y: y + height * 0.15, width, height: height * 0.7 }, `fill="${EDGE_COLOR}" fill-opacity="0.28"`);
    case "resource":
      return across(
        middle,
        `stroke="${WAIT_COLORS.resource}" stroke-width="${px(height * 0.7)}" stroke-dasharray="2 3"`,
      );
    case "queue":
      return [0.3, 0.7]
        .map((part) => across(y + height * part, `stroke="${WAIT_COLORS.queue}" stroke-width="1.5"`))
        .join("");
    case "backoff":
      return across(middle, `stroke="${WAIT_COLORS.backoff}" stroke-width="3" stroke-dasharray="7 4"`);
    case "turn":
      return across(middle, `stroke="${EDGE_COLOR}" stroke-width="2" stroke-dasharray="2 8"`);
  }
}

/** Attempts that there is no room for one by one: pale and without an outline. */
export function restOf({ x, y, width, height }: Box): string {
  return rect({ x, y, width: Math.max(0.75, width), height }, `fill="${LOOKS.DONE.line}" fill-opacity="0.35"`);
}

/** The mark of the longest path along the foot of a bar. */
export function pathMark({ x, y, width, height }: Box): string {
  return rect({ x, y: y + height - 1, width: Math.max(1.5, width), height: 3 }, `fill="${PATH_COLOR}"`);
}

function rect({ x, y, width, height }: Box, style: string): string {
  return `<rect x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" ${style}/>`;
}
