// The jobs of the benches of queues.

import { job } from "thence";

export const nothing = job("nothing", () => {});

/** Keeps its thread busy for a millisecond. */
export const millisecond = job("millisecond", () => {
  for (const end = performance.now() + 1; performance.now() < end;);
});
