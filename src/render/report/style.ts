// The one style of a report. Colours of states come from the theme; all text has a contrast of at least 4.5.

import { STATES } from "../../core/machine.ts";
import { EDGE_COLOR, LOOKS, PATH_COLOR } from "../theme.ts";

/**
 * The style as CSS. A drawing becomes as narrow as the page, down to a part of its own width at which its text can still be read; from
 * there on it scrolls. `widths` are those of the drawings in pixels, by the heading above them.
 */
export function reportStyle(widths: ReadonlyMap<string, number>): string {
  const states = STATES.map((state) => {
    const { fill, line, text, dashed } = LOOKS[state];
    return `.state.${state}{background:${fill};color:${text};border:1px ${dashed === true ? "dashed" : "solid"} ${line}}`;
  });
  const drawings = Array.from(
    widths,
    ([id, width]) =>
      `#${id} ~ .scroll > svg,#${id} ~ details > .scroll > svg{min-width:${Math.round(width * (LEAST[id] ?? 1))}px}`,
  );
  return `${STYLE}${[...states, ...drawings].join("\n")}\n`;
}

const LEAST: Readonly<Record<string, number>> = { timeline: 0.85, graph: 0.55 };

const STYLE = `
:root { color-scheme: light dark; --page: #fff; --text: #1f2328; --muted: #59636e; --line: #d1d9e0; --soft: #f6f8fa; --link: #0757b8; --path: ${PATH_COLOR}; --mark: #fff3c4; }
@media (prefers-color-scheme: dark) {
  :root { --page: #0d1117; --text: #e6edf3; --muted: #9ea7b3; --line: #30363d; --soft: #161b22; --link: #6cb0ff; --path: #bc8cff; --mark: #3b2f00; }
}
* { box-sizing: border-box; }
html { background: var(--page); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; }
body { margin: 0 auto; max-width: 1280px; padding: 1.25rem clamp(0.75rem, 3vw, 2rem) 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 0.25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 0.75rem; }
h3 { font-size: 1rem; margin: 0 0 0.25rem; overflow-wrap: anywhere; }
p { margin: 0.4rem 0; }
a { color: var(--link); }
nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.88em; }
code { background: var(--soft); border-radius: 4px; padding: 0.1em 0.3em; overflow-wrap: anywhere; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; margin: 0.5rem 0; max-height: 24rem; overflow: auto; padding: 0.6rem 0.8rem; white-space: pre; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
.live { font-weight: 600; }
.live::before { content: "► "; }
#summary ~ p { max-width: 60rem; }
#summary + p { font-size: 1.15rem; font-weight: 600; }
.counts { display: flex; flex-wrap: wrap; gap: 0.4rem 1rem; list-style: none; margin: 0.9rem 0; padding: 0; }
.state { border-radius: 4px; display: inline-block; font-size: 0.8rem; font-weight: 600; line-height: 1.3; padding: 0.1rem 0.4rem; white-space: nowrap; }
dl { display: flex; flex-wrap: wrap; gap: 0.25rem 2rem; margin: 0.5rem 0; }
dt { color: var(--muted); font-size: 0.85rem; }
dd { margin: 0; }
article { border-left: 3px solid var(--muted); margin: 0 0 1.5rem; padding-left: 0.9rem; }
article.FAILED { border-color: #cf222e; }
.when, .error, caption { color: var(--muted); }
.names { columns: 16rem; margin: 0.25rem 0; padding-left: 1.25rem; }
.names li { overflow-wrap: anywhere; }
summary { cursor: pointer; margin: 0.5rem 0; }
.scroll { border: 1px solid var(--line); border-radius: 6px; overflow: auto; }
.scroll > svg { display: block; height: auto; margin: 0.5rem auto; max-width: 100%; }
#graph + .scroll { max-height: 85vh; }
svg text[fill="${EDGE_COLOR}"] { fill: var(--muted); }
svg [data-task] { cursor: pointer; }
form { align-items: center; display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; margin-bottom: 0.75rem; }
form[hidden] { display: none; }
fieldset { border: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin: 0; padding: 0; }
legend { float: left; margin-right: 1rem; padding: 0; }
input[type="search"] { background: var(--page); border: 1px solid var(--muted); border-radius: 4px; color: inherit; font: inherit; padding: 0.25rem 0.5rem; }
[role="status"] { margin: 0; }
.tall { max-height: 85vh; }
.long { contain-intrinsic-size: auto 85vh; content-visibility: auto; }
table { border-spacing: 0; width: 100%; }
.long table { min-width: 58rem; table-layout: fixed; }
.long thead th:first-child { width: 8.5rem; }
.long thead th { width: 9rem; }
.long thead .number { width: 7rem; }
.long thead th:nth-child(2) { width: auto; }
.long thead th:last-child { width: 14rem; }
.long td.number { white-space: normal; }
caption { caption-side: bottom; font-size: 0.85rem; padding: 0.5rem; text-align: left; }
td, tbody th { border-top: 1px solid var(--line); font-weight: 400; padding: 0.3rem 0.6rem; text-align: left; vertical-align: top; }
tbody th, tbody td:last-child { min-width: 12rem; overflow-wrap: anywhere; }
thead th { background: var(--soft); padding: 0; position: sticky; top: 0; text-align: left; white-space: nowrap; z-index: 1; }
thead th:not(:has(button)), thead button { font: inherit; font-weight: 600; padding: 0.4rem 0.6rem; }
thead button { background: none; border: 0; color: inherit; cursor: pointer; text-align: inherit; width: 100%; }
thead button::after { color: var(--muted); content: " ↕"; }
th[aria-sort="ascending"] button::after { color: inherit; content: " ↑"; }
th[aria-sort="descending"] button::after { color: inherit; content: " ↓"; }
.number { font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }
.error { font-size: 0.87rem; overflow-wrap: anywhere; }
.path { border: 1px solid var(--path); border-radius: 4px; color: var(--path); font-size: 0.75rem; padding: 0 0.3rem; white-space: nowrap; }
tr:target, tr.found { background: var(--mark); }
@media print { .scroll, .tall, pre { max-height: none; overflow: visible; } form, nav { display: none; } }
`;
