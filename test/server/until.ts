// Waiting for what comes about by itself, with a deadline.

import { setTimeout as sleep } from "node:timers/promises";

/** Asks again and again until the answer is true. Fails with `what` after some seconds. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`${what}: not after ${ms} ms`);
    await sleep(20);
  }
}
