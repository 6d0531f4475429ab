// grfn: a list of functions with those that they require. It wants one that nobody requires, so there is one more task than in the graph.

// @ts-expect-error: the package has no types that its exports lead to
import grfn from "grfn";
import type { Functions } from "../functions.ts";
import type { Graph } from "../shapes.ts";
import { mapPrerequisites, type Built } from "./contender.ts";

type Vertex = [run: () => unknown, require: (() => unknown)[]];

export function build(graph: Graph, { list }: Functions): Built {
  const vertices = list.map((run, i): Vertex => [run, mapPrerequisites(graph, i, (p) => list[p]!)]);
  vertices.push([() => undefined, graph.ends.map((i) => list[i]!)]);
  const run = (grfn as (vertices: Vertex[]) => () => Promise<unknown>)(vertices);
  return { keep: run, run: () => run() };
}
