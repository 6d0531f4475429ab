// The page before anything is known: its landmarks, which the modules of `browser/` fill. It has no script and no style of its own,
// which the content-security policy forbids, and nothing of a task is ever put into it as markup.

import { ENTRY } from "./assets.ts";

/** The page. */
export function html(): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>thence</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="page.css">
<script type="module" src="${ENTRY}"></script>
</head>
<body>
<a class="skip" href="#tasks">Skip to the tasks</a>
<header>
  <h1 id="title">Loading…</h1>
  <p id="standing"></p>
  <div class="actions">
    <button type="button" id="retry-all" hidden>Retry what failed</button>
    <button type="button" id="cancel-all" class="danger" hidden>Cancel the run</button>
  </div>
  <div id="bar" aria-hidden="true"></div>
  <p id="notice" role="alert" hidden></p>
  <p id="announcements" class="spoken" role="status" aria-live="polite"></p>
</header>
<main>
  <section id="tasks" aria-labelledby="tasks-title" tabindex="-1">
    <h2 id="tasks-title">Tasks</h2>
    <div class="filters">
      <input type="search" id="name" placeholder="Filter by name or group" aria-label="Filter by name or group" autocomplete="off" spellcheck="false">
      <div id="states" role="group" aria-label="Filter by state"></div>
    </div>
    <div id="rows">
      <table class="tasks" role="table">
        <caption class="spoken">Tasks. Arrow keys move from task to task, Enter opens one.</caption>
        <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Task</th><th role="columnheader" scope="col">State</th><th role="columnheader" scope="col" class="number">Time</th></tr></thead>
        <tbody id="list" role="rowgroup"></tbody>
      </table>
      <p id="none" hidden></p>
    </div>
  </section>
  <section id="pictures" aria-labelledby="pictures-title">
    <h2 id="pictures-title" class="spoken">Pictures</h2>
    <div class="toolbar">
      <div role="tablist" aria-label="Pictures">
        <button type="button" role="tab" id="graph-tab" aria-controls="graph" aria-selected="true">Graph</button>
        <button type="button" role="tab" id="timeline-tab" aria-controls="timeline" aria-selected="false" tabindex="-1">Timeline</button>
      </div>
      <div class="zoom" role="group" aria-label="View">
        <button type="button" id="turn" aria-label="Turn the graph" title="Turn the graph">⇅</button>
        <button type="button" id="zoom-out" aria-label="Zoom out" title="Zoom out (−)">−</button>
        <button type="button" id="zoom-in" aria-label="Zoom in" title="Zoom in (+)">+</button>
        <button type="button" id="zoom-fit" aria-label="Fit the view" title="Fit the view (0)">Fit</button>
      </div>
    </div>
    <div id="graph" class="picture" role="tabpanel" aria-labelledby="graph-tab" tabindex="0"></div>
    <div id="timeline" class="picture" role="tabpanel" aria-labelledby="timeline-tab" tabindex="0" hidden></div>
  </section>
  <aside id="panel" aria-labelledby="panel-title" hidden></aside>
</main>
<dialog id="confirm" aria-labelledby="confirm-title">
  <h2 id="confirm-title">Cancel the run?</h2>
  <p>What runs is asked to stop, and everything unfinished becomes CANCELLED. It can be retried from here.</p>
  <form method="dialog" class="actions">
    <button value="" autofocus>Keep it running</button>
    <button value="cancel" class="danger">Cancel the run</button>
  </form>
</dialog>
<noscript>This page needs JavaScript.</noscript>
</body>
</html>
`;
}
