// Effect: a Deferred a task, and sixteen fibers that take the tasks in an order in which prerequisites come first. A fiber that waits for a
// prerequisite takes up a slot, so a task may start later than it could; a fiber a task and a semaphore around the functions would be
// exact, but take 20 s for the tree of 100,000.

import { Deferred, Effect } from "effect";
import type { Functions } from "../functions.ts";
import type { Graph } from "../shapes.ts";
import { CONCURRENCY, mapPrerequisites, type Built } from "./contender.ts";

export function build(graph: Graph, { kind, list }: Functions): Built {
  const nodes = list.map((run) => ({
    work: kind === "sync" ? Effect.sync(run) : Effect.promise(run as () => Promise<unknown>),
    done: Deferred.makeUnsafe<void>(),
    require: [] as Deferred.Deferred<void>[],
  }));
  for (const [i, node] of nodes.entries()) node.require = mapPrerequisites(graph, i, (p) => nodes[p]!.done);
  const runNode = Effect.fnUntraced(function* ({ work, done, require }: (typeof nodes)[number]) {
    for (const prerequisite of require) yield* Deferred.await(prerequisite);
    yield* work;
    yield* Deferred.succeed(done, undefined);
  });
  const all = Effect.forEach(nodes, runNode, { concurrency: CONCURRENCY, discard: true });
  return { keep: nodes, run: () => Effect.runPromise(all) };
}
