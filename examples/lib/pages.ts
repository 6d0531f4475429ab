// The jobs of the durable queue. Any program that loads this module can execute them.

import { setTimeout as sleep } from "node:timers/promises";
import { job } from "thence";

/** Renders a page, which takes a moment. */
export const render = job("render", async (input: { page: number }, { attempt, log, signal }) => {
  log(`attempt ${attempt} at page ${input.page}`);
  await sleep(100, undefined, { signal });
  return `page ${input.page}, rendered at attempt ${attempt}`;
});
