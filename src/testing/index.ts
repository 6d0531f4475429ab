// `thence/testing`: what tests of graphs, and of queues, are made with. Nothing in the package's other
// parts may import from here.

export { virtualClock } from "./clock.ts";
export type { VirtualClock } from "./clock.ts";
export * from "./queue-suite/index.ts";
