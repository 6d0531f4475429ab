// What the stream of a live page tells, and what it tells those who come back, come late, or take long.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { make, makeLater, makeNow, task, type Task } from "thence";
import { serve } from "thence/server";
import type { Hello, Status } from "../../src/server/page/wire.ts";
import { graph } from "../helpers/graph.ts";
import { until } from "./until.ts";
import { Stream } from "./wire.ts";

test("a stream greets, describes all tasks with prerequisites first, and then tells only what changes", async () => {
  const { a, b, c } = graph`a -> b -> c`;
  const run = make(c.task);
  await using page = await serve(run);
  using stream = await Stream.open(page.url);
  await stream.next("a status", ({ event }) => event === "status");
  const [tasks] = stream.of("tasks");
  assert.partialDeepStrictEqual(tasks?.data, [
    { index: 0, name: "a", requires: [] },
    { index: 1, name: "b", requires: [0] },
    { index: 2, name: "c", requires: [1] },
  ]);
  void run.next();
  await until("a runs", () => stream.states()[0] === "RUNNING");
  a.finish();
  await until("b runs", () => stream.states()[1] === "RUNNING");
  b.fail(new Error("no"));
  await until("c has failed", () => stream.states()[2] === "FAILED");
  assert.equal(stream.of("tasks").length, 1);
  const { data } = stream.of("status").at(-1) as { data: unknown };
  assert.deepEqual((data as Status).counts, { DONE: 1, FAILED: 2 });
});

test("whoever comes back with the last id is told what has changed since, and nothing else", async () => {
  const { a, b, c } = graph`a b c`;
  const run = makeLater([a.task, b.task, c.task], { concurrency: 3 });
  await using page = await serve(run);
  using staying = await Stream.open(page.url);
  await until("all run", () => staying.states().join() === "RUNNING,RUNNING,RUNNING" && staying.lastId !== "");
  let lastId: string;
  {
    using leaving = await Stream.open(page.url);
    await until("all run", () => leaving.states().length === 3 && leaving.lastId !== "");
    lastId = leaving.lastId;
  }
  b.finish();
  await until("b is done", () => staying.states()[1] === "DONE");
  using back = await Stream.open(page.url, lastId);
  await until("it is told of b", () => back.states()[1] === "DONE");
  await back.next("a status", ({ event }) => event === "status");
  assert.deepEqual([back.of("hello"), back.of("tasks")], [[], []]);
  assert.deepEqual(Object.keys(back.states()), ["1"]);
  a.finish();
  c.finish();
  await run.finished;
});

test("whoever comes back with an id of another server, or a forged one, is told everything", async () => {
  const run = makeLater(task("a", () => {}));
  await run.finished;
  await using page = await serve(run);
  for (const lastId of ["0badcafe.7", "", "nonsense", "__proto__.1", "x".repeat(1_000)]) {
    using stream = await Stream.open(page.url, lastId);
    await until("it knows the task", () => stream.states().join() === "DONE");
    assert.equal(stream.of("hello").length, 1);
  }
});

test("an id whose version is no number, or is yet to come, does no harm", async () => {
  const { a } = graph`a`;
  const run = makeLater(a.task);
  await using page = await serve(run);
  using first = await Stream.open(page.url);
  const { data } = await first.next("a greeting", ({ event }) => event === "hello");
  const { epoch } = data as Hello;
  using later = await Stream.open(page.url, `${epoch}.999999`);
  using odd = await Stream.open(page.url, `${epoch}.x`);
  a.finish();
  await until("both are told of the end", () => later.states().join() === "DONE" && odd.states().join() === "DONE");
});

test("a run that cannot begin is over, and tells why, also if it was served only then", async () => {
  const [a, b] = [task("a", () => {}), task("b", () => {})];
  a.require(b);
  b.require(a);
  const run = make(a);
  await using before = await serve(run);
  using early = await Stream.open(before.url);
  await early.next("a status", ({ event }) => event === "status");
  await assert.rejects(run.next(), { code: "ERR_THENCE_CYCLE" });
  await using after = await serve(run);
  using late = await Stream.open(after.url);
  for (const stream of [early, late]) {
    const { data } = await stream.next(
      "the reason",
      (message) => (message.data as Status | undefined)?.problem !== undefined,
    );
    const { endedAt, problem } = data as Status;
    assert.deepEqual([problem, endedAt], ["CycleError: a -> b -> a", run.endedAt]);
  }
});

test("a thousand transitions in a blink are told in a few messages", async () => {
  const tasks = Array.from({ length: 1_000 }, (_, k) => task(`task ${k}`, () => {}));
  const run = make(tasks);
  await using page = await serve(run);
  using stream = await Stream.open(page.url);
  await stream.next("a status", ({ event }) => event === "status");
  for await (const done of run) assert.equal(done.state, "DONE");
  await until("all are told of", () => stream.states().every((state) => state === "DONE"));
  assert.ok(stream.of("changes").length <= 10, `${stream.of("changes").length} messages`);
});

test("a client that reads nothing holds nobody up, and catches up when it reads again", async () => {
  const tasks = Array.from({ length: 3_000 }, (_, k) => task(`task ${k} ${"x".repeat(200)}`, () => {}));
  const run = makeLater(tasks);
  await run.finished;
  await using page = await serve(run);
  const { pathname } = new URL(page.url);
  const socket = connect(page.port, "127.0.0.1");
  await once(socket, "connect");
  socket.pause();
  socket.write(`GET ${pathname}events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  using other = await Stream.open(page.url);
  await until("the other knows all", () => other.states().length === 3_000);
  for (let round = 0; round < 5; round++) {
    for (const one of tasks) one.reset();
    await until("the other sees them open", () => other.states()[0] === "PENDING");
    await makeNow(tasks);
    await until("the other sees them done", () => other.states()[0] === "DONE");
  }
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  socket.resume();
  await until("it has caught up", () => /event: changes/.test(text) || /"DONE"/.test(text));
  socket.destroy();
  const rounds = text.match(/event: changes/g)?.length ?? 0;
  assert.ok(rounds <= 10, `${rounds} messages of changes for 10 rounds`);
});

test("names that turn the direction of writing round do so for themselves alone in the heading", async () => {
  const [turned, closing, open] = ["\u202Etxt.exe", "\u2069\u202Eb", "\u2067c"].map((name) => task(name, () => {}));
  await using page = await serve(make([turned!, closing!, open!, task("d", () => {})]));
  using stream = await Stream.open(page.url);
  const { data } = await stream.next("the title", ({ event }) => event === "hello");
  const isolates = ["\u2068\u202Etxt.exe\u2069", "\u2068\u202Eb\u2069", "\u2068\u2067c\u2069\u2069"];
  assert.equal((data as Hello).title, `${isolates.join(", ")} and 1 more`);
});

test("names, groups and logs are cut to what a page can bear", async () => {
  const long = task("n".repeat(50_000), {
    group: "g".repeat(50_000),
    run: (_, { log, progress }) => {
      for (let line = 0; line < 1_500; line++) log(`${line} ${"l".repeat(5_000)}`);
      progress({ value: 1, total: 2, message: "m".repeat(50_000) });
      throw new Error("e".repeat(500_000));
    },
  });
  const run = make(long);
  await using page = await serve(run);
  using stream = await Stream.open(page.url);
  for await (const ended of run) assert.equal(ended.state, "FAILED");
  await until("it has failed", () => stream.states()[0] === "FAILED");
  const told = stream.messages.map(({ data }) => JSON.stringify(data) ?? "").join("");
  assert.ok(told.length < 5_000, `${told.length} characters`);
  const details = await (await fetch(`${page.url}tasks/0`)).text();
  assert.ok(details.length < 2_500_000, `${details.length} characters`);
  const { log, forgotten } = JSON.parse(details) as { log: string[]; forgotten: number };
  assert.deepEqual([log.length, forgotten], [1_000, 500]);
  assert.match(log.at(-1) ?? "", /^1499 /);
});

test("a task that is retried after its run, by the program itself, is seen as well", async () => {
  let fails = true;
  const flaky: Task = task("flaky", () => {
    if (fails) throw new Error("not yet");
  });
  const run = makeLater(flaky);
  await run.finished;
  await using page = await serve(run);
  using stream = await Stream.open(page.url);
  await until("it has failed", () => stream.states()[0] === "FAILED");
  fails = false;
  flaky.retry();
  await flaky.make();
  await until("it is done", () => stream.states()[0] === "DONE");
});
