// The conformance suite on the queue of threads.

import { test } from "node:test";
import { queueSuite } from "thence/testing";
import { threads } from "thence/threads";

queueSuite({
  test,
  create: async ({ jobs, concurrency }) => {
    const queue = threads(jobs, { concurrency, grace: 300 });
    return { queue, destroy: () => queue.close() };
  },
});
