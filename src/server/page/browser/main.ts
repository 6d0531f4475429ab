// Where the page starts: the model, its views, and what the buttons do.

/// <reference lib="dom" />

import { byId, setText } from "./dom.ts";
import { Filter } from "./filter.ts";
import { GraphView } from "./graph.ts";
import { List } from "./list.ts";
import { Model } from "./model.ts";
import { Panel } from "./panel.ts";
import { Selection } from "./selection.ts";
import { ask, follow, type Connection } from "./stream.ts";
import { SummaryView } from "./summary.ts";
import { startTabs } from "./tabs.ts";
import { TimelineView } from "./timeline.ts";
import { Viewport } from "./viewport.ts";

const WORDS: Readonly<Record<Exclude<Connection, "open">, string>> = {
  lost: "The program is not reached: what you see is how things stood last. Trying again…",
  over: "The program has closed this page: what you see is how things stood at the end.",
};

const model = new Model();
const selection = new Selection();
const graphPort = new Viewport(byId("graph"));
const timelinePort = new Viewport(byId("timeline"));
const filter = new Filter(() => {
  list.filter();
  graph.filter();
});
const list = new List(model, filter, selection);
const graph = new GraphView(model, filter, selection, graphPort);
const timeline = new TimelineView(model, selection, timelinePort);
const panel = new Panel(model, selection, (index) => list.focus(index));
for (const view of [filter, list, graph, timeline, panel, new SummaryView(model)]) model.add(view);

let port = graphPort;
startTabs(["graph", "timeline"], (id) => {
  port = id === "graph" ? graphPort : timelinePort;
  byId("turn").hidden = id !== "graph";
  timeline.refresh();
});
byId("zoom-in").addEventListener("click", () => port.zoom(1));
byId("zoom-out").addEventListener("click", () => port.zoom(-1));
byId("zoom-fit").addEventListener("click", () => port.fit());
byId("turn").addEventListener("click", () => graph.turn());

const confirmation = byId("confirm") as HTMLDialogElement;
byId("cancel-all").addEventListener("click", () => {
  confirmation.returnValue = "";
  confirmation.showModal();
});
confirmation.addEventListener("close", () => {
  if (confirmation.returnValue === "cancel") void act("cancel");
});
byId("retry-all").addEventListener("click", () => void act("retry"));

follow(model, (connection) => notify(connection === "open" ? undefined : WORDS[connection], "connection"));

async function act(action: string): Promise<void> {
  notify(await ask(action), "action");
}

function notify(text: string | undefined, kind: string): void {
  const notice = byId("notice");
  notice.dataset["kind"] = text === undefined ? "" : kind;
  notice.hidden = text === undefined;
  setText(notice, text ?? "");
}
