// A row whose JSON has been damaged: whoever asks for it is told what is wrong with which job, and the other jobs go on.

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test, type TestContext } from "node:test";
import { job, SerializationError } from "thence";
import type { JobHandle } from "thence";
import type { SqliteQueue } from "thence/sqlite";
import { worker } from "thence/worker";
import { newFile, open } from "./sqlite-helpers.ts";

const double = job("double", (n: number) => n * 2);

async function submit(queue: SqliteQueue): Promise<JobHandle[]> {
  return Promise.all([1, 2, 3].map((n) => queue.submit(double.request(n, { id: `n${n}`, timeout: 9_000 }))));
}

/** Writes `{` in place of some part of the job `n2`. */
function damage(file: string, part: string): void {
  const database = new DatabaseSync(file);
  database.prepare(`UPDATE jobs SET ${part} = '{' WHERE id = 'n2'`).run();
  database.close();
}

async function queueWith(context: TestContext, part: string, ended: boolean): Promise<[SqliteQueue, JobHandle[]]> {
  const file = newFile(context);
  const queue = open(context, file);
  const handles = await submit(queue);
  if (ended) await worker(queue, [double], { idle: 0 });
  damage(file, part);
  return [queue, handles];
}

test("a result that is damaged is told with its job's id, and not taken for another", async (context) => {
  const [queue, [first, second]] = await queueWith(context, "result", true);
  const told = { name: "SerializationError", message: /^the result of job n2 is damaged: it is no JSON/ };
  await assert.rejects(second!.result(), told);
  await assert.rejects(second!.join(), told);
  await assert.rejects(second!.info(), told);
  assert.equal(await first!.result(), 2);
  const listed = await Array.fromAsync(queue.jobs());
  assert.deepEqual(
    listed.map(({ id, state, error }) => [id, state, error?.message.slice(0, 31)]),
    [
      ["n1", "done", undefined],
      ["n2", "done", "the result of job n2 is damaged"],
      ["n3", "done", undefined],
    ],
  );
});

test("a listener of a damaged job is told, and those of others are not disturbed", async (context) => {
  const [, [first, second]] = await queueWith(context, "input", true);
  const infos = await Promise.all(
    [first, second].map(
      (handle) =>
        new Promise<string | undefined>((resolve) => {
          handle!.on("end", ({ error }) => resolve(error?.name));
        }),
    ),
  );
  assert.deepEqual(infos, [undefined, "SerializationError"]);
});

for (const part of ["input", "policy", "error"]) {
  test(`a job whose ${part} is damaged fails before it begins, and the others are done`, async (context) => {
    const [queue, [first, second, third]] = await queueWith(context, part, false);
    const { done, failed } = await worker(queue, [double], { idle: 0 });
    assert.deepEqual([await first!.result(), await third!.result(), done], [2, 6, 2]);
    await assert.rejects(second!.result(), (error: unknown) => {
      assert.ok(error instanceof SerializationError);
      assert.match(error.message, /is damaged: it is no JSON/);
      return true;
    });
    assert.equal(failed, part === "input" ? 1 : 0);
  });
}
