// Where things are: the list, the picture and the panel beside each other where there is room, below each other where there is not.

/** The part of the style sheet about places. */
export const LAYOUT: string = `
*, *::before, *::after { box-sizing: border-box; }
html, body { height: 100%; }
[hidden] { display: none !important; }
body {
  margin: 0; display: grid; grid-template-rows: auto minmax(0, 1fr);
  background: var(--page); color: var(--text); font: 14px/1.45 system-ui, sans-serif;
}
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 8px; top: -60px; z-index: 3; padding: 6px 10px; background: var(--page); color: var(--accent); }
.skip:focus { top: 8px; }
header {
  display: grid; grid-template-columns: minmax(0, 1fr) auto; align-items: center; gap: 2px 16px;
  padding: 10px 16px; border-bottom: 1px solid var(--line);
}
h1 { margin: 0; font-size: 17px; line-height: 1.3; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
#standing { margin: 0; grid-column: 1; color: var(--soft); font-variant-numeric: tabular-nums; }
header .actions { grid-column: 2; grid-row: 1 / span 2; }
#bar { grid-column: 1 / -1; display: flex; height: 10px; margin-top: 6px; border-radius: 5px; overflow: hidden; background: var(--hover); }
#bar .part { flex: 0 0 0; min-width: 0; border-style: solid; border-width: 0 0 3px; }
#notice { grid-column: 1 / -1; margin: 6px 0 0; padding: 6px 10px; border: 1px solid var(--danger); border-radius: 6px; }
main { display: grid; grid-template-columns: minmax(300px, 26%) minmax(0, 1fr) auto; min-height: 0; }
main > * { min-width: 0; min-height: 0; }
#tasks { display: flex; flex-direction: column; border-right: 1px solid var(--line); outline: none; }
#tasks h2 { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
#rows { overflow: auto; flex: 1; min-height: 0; }
#pictures { display: flex; flex-direction: column; }
.toolbar { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 6px; padding: 8px 12px; border-bottom: 1px solid var(--line); }
.picture { flex: 1; min-height: 0; overflow: auto; padding: 8px; display: grid; }
.picture > * { margin: auto; }
#timeline > * { margin: 0 auto; }
.picture.dragged { cursor: grabbing; user-select: none; }
#panel { width: min(420px, 32vw); overflow: auto; border-left: 1px solid var(--line); background: var(--raised); }
@media (max-width: 900px) {
  html, body { height: auto; }
  body { display: block; }
  header { grid-template-columns: minmax(0, 1fr); }
  header .actions { grid-column: 1; grid-row: auto; }
  h1 { white-space: normal; overflow-wrap: anywhere; }
  main { display: flex; flex-direction: column; }
  #pictures { order: -1; height: 55vh; border-bottom: 1px solid var(--line); }
  #tasks { border-right: 0; }
  #rows { overflow: visible; }
  #panel {
    position: fixed; inset: auto 0 0; width: auto; max-height: 70vh; z-index: 2;
    border: 1px solid var(--line); border-radius: 12px 12px 0 0; box-shadow: 0 -6px 24px #0006;
  }
}
`;
