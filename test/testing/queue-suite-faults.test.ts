// The conformance suite on queues that are only almost right: each must be caught, and by the rule that it breaks.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { queueSuite, type QueueSuiteOptions } from "thence/testing";
import { SOUND, selfServing } from "../helpers/memory-harness.ts";
import { cancelling } from "./faulty-queues/cancelling.ts";
import { closing } from "./faulty-queues/closing.ts";
import { connections } from "./faulty-queues/connections.ts";
import { joining } from "./faulty-queues/joining.ts";
import { listening } from "./faulty-queues/listening.ts";
import { order } from "./faulty-queues/order.ts";
import { results } from "./faulty-queues/results.ts";
import { submission } from "./faulty-queues/submission.ts";
import { workers } from "./faulty-queues/workers.ts";

const FAULTS = [submission, results, cancelling, order, listening, joining, connections, workers, closing].flat();

/** Long enough for a sound queue, which needs milliseconds, and short enough to wait for what never comes. */
const PATIENCE = 2_000;

function rulesFor(create: QueueSuiteOptions["create"]): Map<string, () => Promise<void>> {
  const rules = new Map<string, () => Promise<void>>();
  queueSuite({ test: (title, body) => rules.set(title, body), create, patience: PATIENCE });
  return rules;
}

describe("a queue that is almost right is caught:", { concurrency: 8 }, () => {
  for (const { fault, breaks, create } of FAULTS) {
    test(fault, async () => {
      const rules = rulesFor(create);
      for (const title of breaks) {
        const rule = rules.get(title);
        assert.ok(rule, `there is no rule "${title}"`);
        await assert.rejects(rule(), `"${title}" lets it pass`);
      }
    });
  }
});

test("every rule catches a faulty queue", () => {
  const caught = new Set(FAULTS.flatMap(({ breaks }) => breaks));
  const rules = [...rulesFor(selfServing(SOUND)).keys()];
  assert.deepEqual(
    rules.filter((title) => !caught.has(title)),
    [],
  );
});
