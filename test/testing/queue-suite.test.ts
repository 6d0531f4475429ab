// The conformance suite on queues that are right: every rule must let them pass.

import { describe, test } from "node:test";
import { queueSuite } from "thence/testing";
import { isolated, LEAST, selfServing, SOUND, withWorkers } from "../helpers/memory-harness.ts";

describe("a queue that executes jobs by itself", () => {
  queueSuite({ test, create: selfServing() });
});

describe("a queue whose jobs have processes of their own", () => {
  queueSuite({ test, create: isolated() });
});

describe("a queue with workers", () => {
  queueSuite({ test, create: withWorkers() });
});

describe("a queue that supports nothing that it need not", () => {
  queueSuite({ test, create: selfServing(SOUND, LEAST) });
});
