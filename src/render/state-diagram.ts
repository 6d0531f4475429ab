// The task machine itself as a diagram, read from the machine, so that the drawing in the documents can be compared with it.

import { argumentError, checkOptions } from "../core/check.ts";
import type { EventName, State } from "../core/machine.ts";
import { EVENTS, nextState, STATES, taskMachine } from "../core/machine.ts";
import { boxOf, newGraph, writeDOT } from "./graph.ts";
import { mermaidClass } from "./mermaid.ts";
import { EDGE_COLOR, LOOKS } from "./theme.ts";

/** How the state machine is drawn. */
export interface StateDiagramOptions {
  /** The language of the text. Default: `"mermaid"`. */
  as?: "mermaid" | "dot";
}

interface Arrow {
  readonly from: State;
  readonly to: State;
  readonly events: EventName[];
}

/**
 * The machine that every task follows, as the text of a Mermaid state diagram or of a Graphviz graph.
 *
 * Events that lead from one state to the same other share an arrow; the start leads to the states in which a task may begin.
 * Throws a TypeError for an unknown option or language.
 *
 * @example
 * ```ts
 * import { stateDiagram } from "thence/render";
 *
 * console.log(stateDiagram({ as: "dot" }));
 * ```
 */
export function stateDiagram(options: StateDiagramOptions = {}): string {
  checkOptions("stateDiagram", options, ["as"]);
  const { as = "mermaid" } = options;
  if (as !== "mermaid" && as !== "dot") throw argumentError(TypeError, "stateDiagram.as", '"mermaid" or "dot"', as);
  const arrows = arrowsOfMachine();
  const entered = new Set(arrows.map(({ to }) => to));
  const starts = STATES.filter((state) => state === taskMachine.config.initial || !entered.has(state));
  return as === "mermaid" ? mermaid(starts, arrows) : dot(starts, arrows);
}

function arrowsOfMachine(): Arrow[] {
  const arrows: Arrow[] = [];
  for (const from of STATES) {
    for (const event of EVENTS) {
      const to = nextState(from, event);
      if (to === undefined) continue;
      const same = arrows.find((arrow) => arrow.from === from && arrow.to === to);
      if (same === undefined) arrows.push({ from, to, events: [event] });
      else same.events.push(event);
    }
  }
  return arrows;
}

function mermaid(starts: readonly State[], arrows: readonly Arrow[]): string {
  const lines = [
    ...STATES.map((state) => `state "${LOOKS[state].glyph} ${state}" as ${state}`),
    ...starts.map((state) => `[*] --> ${state}`),
    ...arrows.map(({ from, to, events }) => `${from} --> ${to}: ${events.join(", ")}`),
    ...STATES.map(mermaidClass),
    ...STATES.map((state) => `class ${state} ${state}`),
  ];
  return `stateDiagram-v2\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

function dot(starts: readonly State[], arrows: readonly Arrow[]): string {
  const graph = newGraph();
  const start = { label: "", shape: "circle", style: "filled", width: 0.15, height: 0.15, fillcolor: EDGE_COLOR };
  graph.setNode("start", { ...start, color: EDGE_COLOR });
  for (const state of STATES) graph.setNode(state, boxOf([state], LOOKS[state], state));
  for (const state of starts) graph.setEdge("start", state, {});
  for (const { from, to, events } of arrows) graph.setEdge(from, to, { label: ` ${events.join(", ")} ` });
  return writeDOT(graph, "TB");
}
