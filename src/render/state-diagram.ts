// The task machine itself as a diagram, read from the machine, so that the drawing in the documents can be compared with it; on
// request with the way that one task took through it.

import { argumentError, checkOptions } from "../core/check.ts";
import { STATES } from "../core/machine.ts";
import { isTask } from "../core/node.ts";
import type { Task } from "../core/task.ts";
import { layOutHere } from "./layout/engine.ts";
import { mermaidClass } from "./mermaid.ts";
import { checkOneOf } from "./options.ts";
import { dressed, type Part } from "./picture/dress.ts";
import { boxOf, newGraph, writeDOT } from "./picture/graph.ts";
import { wayOf, type Arrow, type Way } from "./picture/machine-way.ts";
import { EDGE_COLOR, LOOKS, PATH_COLOR } from "./theme.ts";
import { amount, taskTitle } from "./words.ts";

/** How the state machine is drawn. */
export interface StateDiagramOptions {
  /** The language of the text. Default: `"mermaid"`. */
  as?: "mermaid" | "dot" | "svg";
  /** Marks the way that this task took, as its `history` tells: how often each event happened, and the present state. */
  task?: Task;
}

const LANGUAGES = ["mermaid", "dot", "svg"];

/**
 * The machine that every task follows, as the text of a Mermaid state diagram or of a Graphviz graph, or as SVG, which takes a
 * moment: then a promise is returned.
 *
 * Events that lead from one state to the same other share an arrow; the start leads to the states in which a task may begin.
 * With a task, arrows that it took are thick and tell how often if not once (`retry ×2`), and its state has a double outline;
 * Mermaid cannot make arrows thick, and tells `×1` too. Throws a TypeError for an unknown option or language, and for what is no task.
 *
 * @example
 * ```ts
 * import { stateDiagram } from "thence/render";
 *
 * console.log(stateDiagram({ as: "dot" }));
 * ```
 */
export function stateDiagram(options: StateDiagramOptions & { as: "svg" }): Promise<string>;
export function stateDiagram(options?: StateDiagramOptions & { as?: "mermaid" | "dot" }): string;
export function stateDiagram(options: StateDiagramOptions = {}): string | Promise<string> {
  checkOptions("stateDiagram", options, ["as", "task"]);
  const { as = "mermaid", task } = options;
  checkOneOf("stateDiagram.as", as, LANGUAGES);
  if (task !== undefined && !isTask(task)) throw argumentError(TypeError, "stateDiagram.task", "a task", task);
  const way = wayOf(task);
  if (as === "mermaid") return mermaid(way);
  return as === "dot" ? dot(way) : svg(way);
}

function mermaid({ starts, arrows, task, visits }: Way): string {
  const lines = [
    ...STATES.map((state) => `state "${LOOKS[state].glyph} ${state}" as ${state}`),
    ...starts.map(({ state }) => `[*] --> ${state}`),
    ...arrows.map(({ from, to, events }) => `${from} --> ${to}: ${eventsText(events, 1)}`),
    ...STATES.map(mermaidClass),
    ...STATES.map((state) => `class ${state} ${state}`),
  ];
  if (task !== undefined) {
    lines.push(
      `classDef visited stroke:${PATH_COLOR},stroke-width:2px`,
      `classDef present stroke:${PATH_COLOR},stroke-width:5px`,
    );
    for (const state of visits.keys()) lines.push(`class ${state} ${state === task.state ? "present" : "visited"}`);
  }
  return `stateDiagram-v2\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

function dot({ starts, arrows, task, visits }: Way): string {
  const graph = newGraph();
  const start = { label: "", shape: "circle", style: "filled", width: 0.15, height: 0.15, fillcolor: EDGE_COLOR };
  graph.setNode("start", { ...start, color: EDGE_COLOR });
  for (const state of STATES) {
    const look = visits.has(state) ? { ...LOOKS[state], line: PATH_COLOR, width: 2 } : LOOKS[state];
    graph.setNode(state, { ...boxOf([state], look, state), ...(task?.state === state ? { peripheries: 2 } : {}) });
  }
  for (const { state, isTaken } of starts) graph.setEdge("start", state, isTaken ? TAKEN : {});
  for (const { from, to, events } of arrows) {
    const isTaken = events.some(({ count }) => count > 0);
    graph.setEdge(from, to, { label: ` ${eventsText(events, 2)} `, ...(isTaken ? TAKEN : {}) });
  }
  return writeDOT(graph, "TB");
}

const TAKEN = { color: PATH_COLOR, fontcolor: PATH_COLOR, penwidth: 3, class: "taken" };

async function svg(way: Way): Promise<string> {
  const { task, visits, arrows } = way;
  const parts = new Map<string, Part>();
  for (const state of STATES) {
    const count = visits.get(state) ?? 0;
    const told = [
      state,
      ...(count > 0 ? [`entered ${amount(count, "time")}`] : []),
      ...(task?.state === state ? ["now"] : []),
    ];
    parts.set(state, { attribute: ` data-state="${state}"`, text: told.join(" · ") });
  }
  for (const { from, to, events } of arrows) {
    parts.set(`${from}->${to}`, { attribute: "", text: `${from} → ${to}: ${eventsText(events, 1)}` });
  }
  const whole = task === undefined ? "The states of a task" : taskTitle(task);
  return dressed(await layOutHere(dot(way), "dot"), whole, (id) => {
    return parts.get(id) ?? { attribute: "", text: id.replace("start->", "begins as ") };
  });
}

// Tells how often an event happened from `least` times on.
function eventsText(events: Arrow["events"], least: number): string {
  return events.map(({ event, count }) => (count < least ? event : `${event} ×${count}`)).join(", ");
}
