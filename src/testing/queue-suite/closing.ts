// Rules of closing a queue: what runs, what waits, and what may still be asked.

import assert from "node:assert/strict";
import { rule, type Rule } from "./rule.ts";

/** Closing. */
export const closing: readonly Rule[] = [
  rule("a closed queue refuses every call with a QueueClosedError, and may be closed again", async (trial) => {
    const { queue } = trial;
    await trial.result(await trial.submit("echo", 1));
    await trial.within("close()", queue.close());
    await trial.within("close()", queue.close());
    await trial.refuses("submit()", "QueueClosedError", queue.submit({ job: "echo" }));
    await trial.refuses("find()", "QueueClosedError", queue.find("some"));
    const listing = (async () => {
      for await (const info of queue.jobs()) assert.fail(`jobs() gave ${info.id}`);
    })();
    await trial.refuses("jobs()", "QueueClosedError", listing);
  }),

  rule(
    "a join of a job that has not ended is told when its queue is closed",
    async (trial) => {
      const first = await trial.occupy("first");
      const waiting = await trial.submit("echo", 1);
      const joins = [waiting.join(), waiting.result()].map((join) =>
        trial.later(trial.refuses("join()", "QueueClosedError", join)),
      );
      const running = first.join().catch((error: unknown) => error);
      const closed = trial.later(trial.queue.close());
      // A durable queue leaves its jobs as they are, while another waits for what runs.
      if (!trial.supports.durable) await trial.stage.openGate("first");
      await trial.within("close()", closed);
      await Promise.all(joins);
      await trial.within("the join of the running job", running);
      await trial.refuses("join()", "QueueClosedError", waiting.join());
    },
    { concurrency: 1 },
  ),

  rule("close lets what runs in the queue's own process end first", async (trial) => {
    trial.skipUnless(!trial.supports.durable, "the jobs of a durable queue go on without it");
    await trial.occupy("first");
    let isClosed = false;
    const closed = trial.later(trial.queue.close().then(() => (isClosed = true)));
    await trial.refuses("submit()", "QueueClosedError", trial.queue.submit({ job: "echo" }));
    assert.equal(isClosed, false, "close() resolves while a job runs");
    await trial.stage.openGate("first");
    await trial.within("close()", closed);
    assert.deepEqual(await trial.stage.lines(), ["start first", "end first"]);
  }),
];
