// Whether a worker repeats what failed: by the request's policy, else by the job's.

import assert from "node:assert/strict";
import { test } from "node:test";
import { job, type RetryOptions } from "thence";
import { worker, type Claim, type ClaimOutcome } from "thence/worker";
import { Desk } from "./desk.ts";

/** What comes of an attempt that fails. */
async function outcomeOf(retry: number | RetryOptions | undefined, claim: Partial<Claim> = {}): Promise<ClaimOutcome> {
  const failing = job("failing", {
    ...(retry === undefined ? {} : { retry }),
    run: () => {
      throw Object.assign(new Error("once more"), { code: "E_AGAIN" });
    },
  });
  const desk = new Desk();
  await using _working = worker(desk, [failing]);
  return await (
    await desk.hand("failing", undefined, claim)
  ).outcome;
}

function retryIn(outcome: ClaimOutcome): number | undefined {
  assert.ok(outcome.state === "failed");
  return outcome.retryIn;
}

test("without a policy nothing is repeated", async () => {
  assert.equal(retryIn(await outcomeOf(undefined)), undefined);
});

test("attempts are repeated until as many have failed as the limit allows", async () => {
  assert.equal(retryIn(await outcomeOf(2)), 0);
  assert.equal(retryIn(await outcomeOf(2, { attempt: 9, failures: 1 })), 0);
  assert.equal(retryIn(await outcomeOf(2, { attempt: 3, failures: 2 })), undefined);
});

test("the request's policy comes before the job's, also when it says never", async () => {
  assert.equal(retryIn(await outcomeOf(5, { retry: 0 })), undefined);
  assert.equal(retryIn(await outcomeOf(undefined, { retry: { limit: 1, delay: 40 } })), 40);
});

test("the delay grows by its factor up to its greatest", async () => {
  const retry = { limit: 9, delay: 100, factor: 3, maxDelay: 500 };
  assert.equal(retryIn(await outcomeOf(retry, { failures: 0 })), 100);
  assert.equal(retryIn(await outcomeOf(retry, { failures: 1 })), 300);
  assert.equal(retryIn(await outcomeOf(retry, { failures: 2 })), 500);
});

test("jitter takes away at most its part of the delay", async () => {
  for (let round = 0; round < 20; round++) {
    const ms = retryIn(await outcomeOf({ limit: 1, delay: 100, jitter: 0.5 })) ?? -1;
    assert.ok(ms >= 50 && ms <= 100, String(ms));
  }
});

test("retry.when is asked with the error and the attempt, and what it throws is the failure", async () => {
  const asked: unknown[] = [];
  const when = (error: unknown, attempt: number): boolean => {
    asked.push((error as { code?: string }).code, attempt);
    return attempt < 4;
  };
  assert.equal(retryIn(await outcomeOf({ limit: 9, when }, { attempt: 3 })), 0);
  assert.equal(retryIn(await outcomeOf({ limit: 9, when }, { attempt: 4 })), undefined);
  assert.deepEqual(asked, ["E_AGAIN", 3, "E_AGAIN", 4]);
  const throws = (): never => {
    throw new TypeError("undecided");
  };
  const outcome = await outcomeOf({ limit: 9, when: throws });
  assert.ok(outcome.state === "failed" && outcome.retryIn === undefined);
  assert.equal(outcome.error.message, "undecided");
});

test("a policy that cannot be is a failure that says so", async () => {
  const outcome = await outcomeOf(undefined, { retry: { limit: -1 } });
  assert.ok(outcome.state === "failed");
  assert.match(outcome.error.message, /failing.*retry.*at least 0/);
});
