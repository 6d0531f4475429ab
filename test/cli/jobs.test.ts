// The commands that look at a queue and change it, as processes.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { JobInfo } from "thence";
import { bench, type Bench } from "./cli-helpers.ts";

/** Two jobs that are done, one that has failed and one that is queued. */
async function worked(): Promise<Bench> {
  const place = await bench();
  const { queue } = place;
  await queue.submit({ id: "one", job: "greet", input: "ada" });
  await queue.submit({ id: "two", job: "greet", input: "\u001b[2Jgrace" });
  await queue.submit({ id: "bad", job: "fail", input: "out of range\u001b[2J", retry: 1 });
  const { code, stderr } = await place.run("worker", "jobs.ts", "--idle", "1");
  assert.equal(code, 0, stderr);
  await queue.submit({ id: "next", job: "greet", input: "barbara", delay: 60_000 });
  return place;
}

test("thence jobs lists the jobs, filtered and limited, as a table or as lines of JSON", async () => {
  await using place = await worked();
  const { code, stdout } = await place.run("jobs");
  assert.equal(code, 0);
  assert.match(stdout, /^ID +JOB +STATE +ATTEMPTS +AGE +TOOK +WHAT$/m);
  assert.match(stdout, /^one +greet +done +1 /m);
  assert.match(stdout, /^bad +fail +failed +2 .* RangeError: out of range\\x1b\[2J$/m);
  assert.match(stdout, /^next +greet +queued +0 .* in \d+s$/m);

  const failed = await place.run("jobs", "--state", "failed", "--json");
  assert.deepEqual(
    failed.stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as JobInfo).id),
    ["bad"],
  );
  const some = await place.run("jobs", "--job", "greet", "--limit", "1");
  assert.match(some.stdout, /^next /m);
  assert.doesNotMatch(some.stdout, /^(one|two|bad) /m);
  assert.match(some.stderr, /^2 older jobs are not shown/);
});

test("thence job shows input, result or error, attempts and log, and nothing steers the terminal", async () => {
  await using place = await worked();
  const one = await place.run("job", "one");
  for (const line of [/^state +done$/m, /^input +"ada"$/m, /^result +"hello ada"$/m, /^log$/m, /^ {2}hello ada$/m]) {
    assert.match(one.stdout, line);
  }
  const bad = await place.run("job", "bad");
  assert.match(bad.stdout, /^error +RangeError: out of range\\x1b\[2J$/m);
  assert.match(bad.stdout, /^code +E_FAIL$/m);
  assert.match(bad.stdout, /^ +1 +failed .*\n +2 +failed /m);
  const { history, log, ...info } = JSON.parse((await place.run("job", "two", "--json")).stdout) as JobInfo & {
    history: unknown[];
    log: string[];
  };
  assert.deepEqual(
    [info.state, info.result, history.length, log],
    ["done", "hello \u001b[2Jgrace", 1, ["hello \u001b[2Jgrace"]],
  );
});

test("thence job --follow prints the log as it grows, and ends as the job ends", async () => {
  await using place = await bench();
  await place.queue.submit({ id: "w", job: "wait", input: 100 });
  await place.queue.submit({ id: "f", job: "fail", input: "no" });
  const following = [place.run("job", "w", "--follow"), place.run("job", "f", "-f", "--json")] as const;
  await place.run("worker", "jobs.ts", "--idle", "1");
  const [waited, failed] = await Promise.all(following);
  assert.deepEqual([waited.code, waited.stdout, waited.stderr], [0, "waits\n", "done\n"]);
  assert.equal(failed.code, 1);
  assert.equal((JSON.parse(failed.stdout) as { job: JobInfo }).job.error?.code, "E_FAIL");
});

test("thence cancel, retry and clean change what they say, and fail where there is nothing to change", async () => {
  await using place = await worked();
  assert.deepEqual(await place.run("cancel", "next", "--reason", "not now"), {
    code: 0,
    stdout: "next: cancelled\n",
    stderr: "",
  });
  assert.equal((await (await place.queue.find("next"))?.info())?.reason, "not now");
  const again = await place.run("cancel", "next");
  assert.deepEqual([again.code, again.stderr], [1, "next: has ended already, cancelled\n"]);
  assert.deepEqual((await place.run("retry", "bad", "next")).stdout, "bad: queued again\nnext: queued again\n");
  assert.equal((await place.run("retry", "one")).code, 1);
  assert.equal((await place.run("clean", "--older-than", "1h")).stdout, "0 jobs deleted\n");
  assert.equal((await place.run("clean", "--older-than", "0")).stdout, "2 jobs deleted\n");
  const left = await Array.fromAsync(place.queue.jobs());
  assert.deepEqual(
    left.map(({ id, state }) => `${id} ${state}`),
    ["bad queued", "next queued"],
  );
});

test("a failure is one line and exit code 1, wrong usage exit code 2, and an unknown command gets a suggestion", async () => {
  await using place = await bench();
  const cases: [string[], number, RegExp][] = [
    [["job", "nope"], 1, /^error: there is no job "nope" in this queue\n$/],
    [["jobs", "-q", "sqlite:typo.db?lease=100"], 1, /^error: there is no queue at typo\.db\n$/],
    [["jobs", "-q", "sqlite:no%20ne.db"], 1, /^error: there is no queue at no ne\.db\n$/],
    [["worker", "missing.ts"], 1, /^error: the jobs module .*missing\.ts cannot be loaded: [^\n]*\n$/],
    [["jobs", "--queue", "foo:bar"], 2, /^error: .*sqlite:.*"foo:bar"\n$/],
    [["jobs", "--state", "odd"], 2, /^error: .*Allowed choices are queued/],
    [["jobs", "--limit", "0"], 2, /^error: .*whole number/],
    [["worker", "jobs.ts", "--idle", "soon"], 2, /^error: .*a time like/],
    [["jbos"], 2, /^error: unknown command 'jbos'\n\(Did you mean jobs\?\)\n$/],
    [["job"], 2, /missing required argument 'id'/],
    [[], 2, /^Usage: thence/],
  ];
  const ended = await Promise.all(cases.map(([args]) => place.run(...args)));
  for (const [index, [args, code, message]] of cases.entries()) {
    assert.match(ended[index]!.stderr, message);
    assert.equal(ended[index]!.code, code, args.join(" "));
  }
  assert.equal((await place.run("--help")).code, 0);
  const { code, stdout } = await place.run("--version");
  assert.deepEqual([code, /^\d+\.\d+\.\d+/.test(stdout)], [0, true]);
});

test("a reader that has seen enough ends a listing quietly", async () => {
  await using place = await bench();
  for (let index = 0; index < 3_000; index++) await place.queue.submit({ job: "greet", input: "x".repeat(100) });
  const child = place.start("jobs", "--json");
  child.stdout!.once("data", () => child.stdout!.destroy());
  let stderr = "";
  child.stderr!.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  await new Promise((resolve) => child.once("exit", resolve));
  assert.deepEqual([child.exitCode, stderr], [0, ""]);
});
