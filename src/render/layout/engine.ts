// Graphviz compiled to WebAssembly: no Graphviz need be installed, and the fonts of the machine make no difference. It is loaded
// by the first drawing, so that programs which draw nothing do not pay for it.

import type { Graphviz } from "@hpcc-js/wasm-graphviz";

/** How Graphviz is to lay a graph out: in ranks by itself, or as positions in the text say. */
export type Engine = "dot" | "nop";

let engine: Promise<Graphviz> | undefined;

/** The SVG that Graphviz makes of a DOT text, here and now: the thread is busy as long as it takes. */
export async function layOutHere(dot: string, method: Engine): Promise<string> {
  return (await load()).layout(dot, "svg", method);
}

async function load(): Promise<Graphviz> {
  engine ??= import("@hpcc-js/wasm-graphviz").then((module) => module.Graphviz.load());
  try {
    return await engine;
  } catch (error) {
    engine = undefined;
    throw error;
  }
}
