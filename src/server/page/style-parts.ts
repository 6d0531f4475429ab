// What the parts of the page look like: buttons, rows, badges, the panel. Every control shows where the keyboard is.

/** The part of the style sheet about parts. */
export const PARTS: string = `
button, input { font: inherit; color: inherit; }
button { padding: 4px 10px; border: 1px solid var(--line); border-radius: 6px; background: var(--raised); cursor: pointer; }
button:hover { background: var(--hover); }
button.danger { color: var(--danger); border-color: currentColor; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.picture:focus-visible, pre:focus-visible { outline-offset: -2px; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; }
.filters { padding: 8px 12px; border-bottom: 1px solid var(--line); }
input[type="search"] { width: 100%; padding: 5px 10px; border: 1px solid var(--soft); border-radius: 6px; background: var(--page); }
input::placeholder { color: var(--soft); opacity: 1; }
#states { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 8px; }
.chip { display: inline-flex; align-items: center; gap: 5px; padding: 2px 8px 2px 3px; border-radius: 12px; font-size: 12px; }
.chip > [aria-hidden] { width: 18px; height: 18px; border-radius: 9px; line-height: 16px; text-align: center; }
.chip[aria-pressed="true"] { background: var(--text); color: var(--page); border-color: var(--text); }
.count, .number, .time { font-variant-numeric: tabular-nums; }
.badge { display: inline-flex; gap: 4px; padding: 0 7px; border-radius: 10px; font-size: 12px; line-height: 18px; white-space: nowrap; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 3px 12px; text-align: left; font-weight: normal; vertical-align: baseline; }
thead th { color: var(--soft); font-size: 12px; }
.tasks thead { position: sticky; top: 0; z-index: 1; background: var(--page); }
.tasks, .tasks thead, .tasks tbody { display: block; }
.tasks tr { display: grid; grid-template-columns: minmax(0, 1fr) 124px 76px; align-items: baseline; }
#list tr { cursor: pointer; content-visibility: auto; contain-intrinsic-height: auto 28px; }
#list tr:hover { background: var(--hover); }
#list tr.open { background: var(--hover); box-shadow: inset 3px 0 var(--mark); }
#list td { white-space: nowrap; }
#list th { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
button.name { padding: 0; border: 0; background: none; text-align: left; max-width: 100%; overflow: hidden; text-overflow: ellipsis; vertical-align: bottom; }
button.name:hover { text-decoration: underline; }
.group { margin-left: 8px; color: var(--soft); font-size: 12px; }
.note { margin-left: 6px; color: var(--soft); font-size: 12px; }
#none, .hint { padding: 12px; color: var(--soft); }
[role="tablist"], .zoom { display: flex; gap: 4px; }
[role="tab"] { border-color: transparent; background: none; }
[role="tab"][aria-selected="true"] { border-color: var(--line); background: var(--raised); font-weight: 600; }
.zoom button { min-width: 32px; }
.picture { contain: content; }
.picture svg { display: block; }
.picture g.node, .picture [data-task] { cursor: pointer; }
.picture g.node > :is(path, polygon) { transition: fill 0.2s; }
.picture g.node.open > :is(path, polygon) { stroke: var(--mark) !important; stroke-width: 4 !important; }
.picture g.node.faint { opacity: 0.2; }
#panel > div { padding: 0 16px; }
#panel .head { position: sticky; top: 0; z-index: 1; padding-top: 12px; padding-bottom: 10px; background: var(--raised); border-bottom: 1px solid var(--line); }
#panel .body { padding-bottom: 24px; }
#panel p { margin: 6px 0 0; }
#panel .title { display: flex; gap: 8px; align-items: start; justify-content: space-between; }
#panel h2 { margin: 0; font-size: 16px; line-height: 1.3; overflow-wrap: anywhere; max-height: 9em; overflow: auto; }
#panel h3 { margin: 18px 0 4px; font-size: 12px; font-weight: 600; color: var(--soft); text-transform: uppercase; letter-spacing: 0.04em; }
#panel .actions { margin-top: 8px; }
#panel .facts, #panel .time { color: var(--soft); }
#panel .facts, .progress { overflow-wrap: anywhere; max-height: 6em; overflow: auto; }
#panel .time { margin-left: 8px; }
.close { border-color: transparent; background: none; font-size: 18px; line-height: 1; padding: 2px 8px; }
.progress { display: flex; align-items: center; gap: 8px; }
progress { flex: 0 0 140px; accent-color: var(--accent); }
.problem, .message { overflow-wrap: anywhere; white-space: pre-wrap; }
.problem, section[aria-label="Error"] .message { color: var(--danger); }
section[aria-label="Error"] .message { max-height: 16em; overflow: auto; }
section .cause { margin-left: 12px !important; }
pre { margin: 6px 0 0; padding: 8px 10px; max-height: 320px; overflow: auto; border: 1px solid var(--line); border-radius: 6px; background: var(--page); font: 12px/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
summary { margin-top: 6px; cursor: pointer; color: var(--soft); }
.links { margin: 0; padding: 0; list-style: none; }
.links li { display: flex; align-items: baseline; gap: 8px; padding: 2px 0; }
.links .name { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.links .badge { flex: none; }
.history { font-size: 12px; }
.history th, .history td { padding: 2px 8px 2px 0; }
.history td:nth-child(2) { white-space: nowrap; }
.history .message { display: block; color: var(--soft); }
dialog { max-width: min(440px, calc(100vw - 32px)); padding: 20px; border: 1px solid var(--line); border-radius: 12px; background: var(--page); color: inherit; }
dialog::backdrop { background: #0008; }
dialog h2 { margin: 0 0 8px; font-size: 17px; }
dialog p { margin: 0 0 16px; color: var(--soft); }
dialog .actions { justify-content: end; }
@media (prefers-reduced-motion: reduce) { * { transition: none !important; animation: none !important; } }
@media (forced-colors: active) { .badge, .part { forced-color-adjust: none; } }
`;
