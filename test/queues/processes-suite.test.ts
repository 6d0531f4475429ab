// The conformance suite on the queue of child processes.

import { test } from "node:test";
import { processes } from "thence/processes";
import { queueSuite } from "thence/testing";

queueSuite({
  test,
  create: async ({ jobs, concurrency }) => {
    const queue = processes(jobs, { concurrency, grace: 300 });
    return { queue, destroy: () => queue.close() };
  },
});
