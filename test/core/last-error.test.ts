// `context.lastError`: what the attempt before this one failed with.

import assert from "node:assert/strict";
import { test } from "node:test";
import { task, type Task, type TaskPolicy } from "thence";

/** A task whose attempts fail with these errors in turn (`undefined`: succeeds), and the last errors that they saw. */
function noting(errors: readonly unknown[], options: TaskPolicy = {}) {
  const seen: unknown[] = [];
  const noted: Task<void> = task("noted", {
    ...options,
    run: (_, { lastError, attempt }) => {
      seen.push(lastError);
      if (errors[attempt - 1] !== undefined) throw errors[attempt - 1];
    },
  });
  return { noted, seen };
}

test("an attempt after retry() by hand sees the failure before it, with or without a retry policy", async () => {
  for (const options of [{}, { retry: 0 }, { cancelOnError: true as const }]) {
    const { noted, seen } = noting(["boom"], options);
    await noted.make().catch(() => {});
    await noted.retry().make();
    assert.deepEqual(seen, [undefined, "boom"], JSON.stringify(options));
  }
});

test("an attempt after a success sees no failure", async () => {
  const { noted, seen } = noting(["boom"], { retry: 1 });
  await noted.make();
  await noted.reset().make();
  assert.deepEqual(seen, [undefined, "boom", undefined]);
});

test("a failure by prerequisites is none of an attempt", async () => {
  const gate = task("gate", () => {});
  const { noted, seen } = noting(["boom"], {});
  await noted.make().catch(() => {});
  noted.retry().require(gate);
  gate.cancel();
  await noted.make().catch(() => {});
  gate.retry();
  await noted.retry().make();
  assert.deepEqual(seen, [undefined, "boom"]);
});

test("what fail() gave from outside is seen like what the function threw", async () => {
  const { noted, seen } = noting([]);
  noted.once("RUNNING", () => noted.fail("from outside"));
  await noted.make().catch(() => {});
  await noted.retry().make();
  assert.deepEqual(seen.at(-1), "from outside");
});
