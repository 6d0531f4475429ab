// How the page looks, in light and dark. The colours of states are those of all our pictures; everything else is the system's fonts and
// a few grays.

import { STATES } from "../../core/machine.ts";
import { LOOKS } from "../../render/theme.ts";
import { LAYOUT } from "./style-layout.ts";
import { PARTS } from "./style-parts.ts";

const COLORS = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --raised: #f6f8fa; --line: #d0d7de; --text: #1f2328; --soft: #57606a;
  --accent: #0969da; --danger: #b3121d; --mark: #0969da; --hover: #eaeef2;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0d1117; --raised: #161b22; --line: #3d444d; --text: #e6edf3; --soft: #a0a9b3;
    --accent: #6cb0ff; --danger: #ff8d86; --mark: #6cb0ff; --hover: #21262d;
  }
}
`;

// What has not begun is the room that is left on the bar.
const OPEN = "#bar :is(.PENDING, .PREPARE) { background: none; border: 0; }";

/** The style sheet. */
export function css(): string {
  const states = STATES.map((state) => {
    const { fill, line, text, dashed, width } = LOOKS[state];
    const dashes = dashed === true ? "4 3" : "none";
    return `
.badge.${state}, .chip.${state} > [aria-hidden] { background: ${fill}; color: ${text}; border: 1px ${dashed === true ? "dashed" : "solid"} ${line}; }
.part.${state} { background: ${fill}; border-color: ${line}; }
.picture g.node.${state} > :is(path, polygon) { fill: ${fill}; stroke: ${line}; stroke-width: ${width}; stroke-dasharray: ${dashes}; }
.picture g.node.${state} > text { fill: ${text}; }`;
  });
  return [COLORS, LAYOUT, PARTS, ...states, OPEN].join("\n");
}
