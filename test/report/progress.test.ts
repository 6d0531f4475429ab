// What the displays write where there is no terminal: plain lines and JSON, on a virtual clock.

import assert from "node:assert/strict";
import { test } from "node:test";
import { durations, make, makeLater, makeNow, task, TaskQueue } from "thence";
import { progress } from "thence/report";
import { paper, turn } from "./progress-helpers.ts";

test("each task that ends is a line, with how long it took, and the summary comes before the consumer goes on", async () => {
  const { options, clock, lines } = paper();
  const first = task("first", () => new Promise<void>((resolve) => clock.setTimeout(resolve, 1_500)));
  const second = first.andThen("second", () => new Promise<void>((resolve) => clock.setTimeout(resolve, 500)));
  const run = make(second, { clock });
  progress(run, options);
  const next = run.next();
  await clock.advance(3_000);
  await next;
  assert.equal((await run.next()).done, true);
  assert.deepEqual(lines(), [
    "[1/2] ✓ first 1.5 s",
    "[2/2] ✓ second 0.5 s",
    "✓ 2 tasks done in 2.0 s",
    "  the longest path took 2.0 s: first → second",
  ]);
  assert.equal(clock.pending, 0);
});

test("a failure has its message and causes, a retry its number, and what is blocked by whom is said", async () => {
  const { options, lines } = paper();
  const flaky = task("flaky", {
    retry: 1,
    run: (_, { attempt }) => (attempt === 1 ? Promise.reject(new TypeError("not yet")) : "now"),
  });
  const broken = task("broken", {
    require: flaky,
    run: () => Promise.reject(new Error("one\ntwo", { cause: "three" })),
  });
  const run = make(task("last", { require: [flaky, broken], run: () => {} }));
  progress(run, options);
  for await (const _ of run);
  assert.deepEqual(
    lines()
      .filter((line) => !line.includes("longest path"))
      .map((line) => line.replaceAll(/\d+ ms/g, "T")),
    [
      "[0/3] ↻ flaky attempt 1 failed: TypeError: not yet",
      "[1/3] ✓ flaky T, 2 attempts",
      "[2/3] ✗ broken T: one",
      "    two",
      "[3/3] ⊘ last blocked by broken",
      "✗ 1 of 3 tasks done, 1 failed, 1 blocked in T",
      "  ✗ broken: one",
      "      caused by three",
      "      blocks last",
    ],
  );
});

test("log lines are written after their task's name, unless that is not wanted", async () => {
  for (const logs of [undefined, false]) {
    const { options, lines } = paper();
    const run = make(task("talk", (_, { log }) => (log("\u001B[31mred\u001B[39m\ttab"), log("a\r\nb"))));
    progress(run, { ...options, ...(logs !== undefined && { logs }) });
    for await (const _ of run);
    const told = lines().filter((line) => line.includes("│"));
    assert.deepEqual(told, logs === false ? [] : ["talk │ red  tab", "talk │ a", "talk │ b"]);
  }
});

test("when nothing ends for long a line says what is running, how far it is, and how much is left", async () => {
  const { options, clock, lines } = paper();
  const slow = task("slow", (_, { progress }) => {
    progress({ value: 1, total: 4 });
    return new Promise<void>((resolve) => clock.setTimeout(resolve, 40_000));
  });
  const run = make([slow, slow.andThen("next", { estimate: 5_000 })], { clock });
  progress(run, { ...options, heartbeat: 10_000 });
  const next = run.next();
  await clock.advance(10_100);
  assert.deepEqual(lines(), ["… 0 of 2 ended; running: slow (10 s, 25%)"]);
  await clock.advance(9_000);
  assert.equal(lines().length, 1);
  await clock.advance(20_000);
  assert.equal(lines().length, 3);
  await clock.advance(10_000);
  await next;
});

test("the time that is left follows the estimates along the longest path, and the work when slots are few", async () => {
  for (const [concurrency, expected] of [
    [8, "about 20 s left"],
    [1, "about 50 s left"],
  ] as const) {
    const { options, clock, lines } = paper();
    const wait = (ms: number) => () => new Promise<void>((resolve) => clock.setTimeout(resolve, ms));
    const first = task("first", { estimate: 10_000, run: wait(10_000) });
    const rest = ["a", "b", "c", "d"].map((name) =>
      task(name, { require: first, estimate: 10_000, run: wait(10_000) }),
    );
    const run = make(rest, { clock, concurrency, grace: 0 });
    const display = progress(run, { ...options, heartbeat: 600 });
    void run.next();
    await clock.advance(700);
    await clock.advance(700);
    assert.ok(lines().at(-1)?.endsWith(expected.replace("20", "19").replace("50", "49")), lines().join("\n"));
    display.stop();
    run.cancel();
  }
});

test("what earlier runs have taken tells how much is left", async () => {
  const { options, clock, lines } = paper();
  const job = task("job", () => new Promise<void>((resolve) => clock.setTimeout(resolve, 30_000)));
  const run = make(job, { clock });
  progress(run, { ...options, heartbeat: 600, durations: new Map([["job", 30_000]]) });
  const next = run.next();
  await clock.advance(1_400);
  assert.match(lines().at(-1)!, /about 29 s left$/);
  await clock.advance(30_000);
  await next;
  assert.equal(durations([]).size, 0);
});

test("tasks that are made during the run are counted", async () => {
  const { options, lines } = paper();
  const parent = task("parent", async (_, { make }) => {
    await make([task("child one", () => 1), task("child two", () => 2)]);
  });
  const run = make(parent);
  progress(run, options);
  for await (const _ of run);
  assert.deepEqual(
    lines()
      .slice(0, 3)
      .map((line) => line.replaceAll(/ \d+ ms/g, "")),
    ["[1/3] ✓ child one", "[2/3] ✓ child two", "[3/3] ✓ parent"],
  );
});

test("a run that cannot begin is told with its reason", async () => {
  const { options, lines } = paper();
  const [a, b] = [task("a", () => {}), task("b", () => {})];
  a.require(b);
  b.require(a);
  const run = make(a);
  progress(run, options);
  await assert.rejects(run.next(), { code: "ERR_THENCE_CYCLE" });
  assert.deepEqual(lines(), ["✗ the run could not begin", "  CycleError: a -> b -> a"]);
  const late = paper();
  progress(run, late.options);
  assert.deepEqual(late.lines(), lines(), "also to a display that comes only then");
});

test("a run that is over is summed up at once", async () => {
  const { options, lines } = paper();
  const run = make(task("done", () => {}));
  for await (const _ of run);
  progress(run, options);
  assert.match(lines().join("\n"), /^✓ 1 task done in \d+ ms$/);
});

test("a cancelled run says how many were cancelled, one that was left how many are unfinished", async () => {
  for (const cancels of [true, false]) {
    const { options, lines } = paper();
    const wait = task(
      "wait",
      (_, { signal }) => new Promise<void>((_, fail) => signal.addEventListener("abort", () => fail(signal.reason))),
    );
    const run = makeLater([wait, wait.andThen("next", () => {})]);
    progress(run, options);
    await turn();
    if (cancels) run.cancel("no time");
    else await run.return();
    await run.finished;
    const expected = cancels ? /^⊘ 0 of 2 tasks done, 2 cancelled in/ : /^⊘ 0 of 2 tasks done, 2 unfinished in/;
    assert.match(
      lines().find((line) => line.includes(" of 2 tasks"))!,
      expected,
    );
  }
});

test("stop ends a display before its run, once, and nothing is written afterwards", async () => {
  const { options, clock, lines } = paper();
  const wait = task("wait", () => new Promise<void>((resolve) => clock.setTimeout(resolve, 1_000)));
  const run = make(wait, { clock });
  {
    using _display = progress(run, options);
    void run.next();
    await clock.advance(500);
  }
  const told = ["⊘ 0 of 1 task done, 1 unfinished in 0.5 s (the run goes on)"];
  assert.deepEqual(lines(), told);
  await clock.advance(1_000);
  assert.ok(wait.is("DONE"));
  assert.deepEqual(lines(), told);
  assert.equal(clock.pending, 0);
});

test("a TaskQueue is shown until it is told to stop", async () => {
  const { options, lines } = paper();
  const queue = new TaskQueue([task("one", () => 1)]);
  const display = progress(queue, options);
  for await (const _ of queue.run());
  await turn();
  queue.add(task("two", () => 2));
  for await (const _ of queue.run());
  await turn();
  display.stop();
  assert.deepEqual(
    lines().map((line) => line.replaceAll(/ (in )?\d+ ms/g, "")),
    ["[1/1] ✓ one", "[2/2] ✓ two", "✓ 2 tasks done"],
  );
});

test("what tasks write with console is their log on request, also when they run at the same time", async () => {
  const { options, lines } = paper();
  const speak = (name: string) =>
    task(name, async () => {
      console.log(`${name} %d`, 1);
      await turn();
      process.stderr.write(`${name} 2`);
    });
  const run = make([speak("a"), speak("b")]);
  const heard: string[] = [];
  // This one writes what it hears, which is not to be heard again.
  run.on("log", (line, { name }) => void heard.push(`${name}: ${line}`));
  progress(run, { ...options, captureConsole: true });
  for await (const _ of run);
  assert.deepEqual(heard, ["a: a 1", "b: b 1", "a: a 2", "b: b 2"]);
  assert.deepEqual(
    lines().filter((line) => line.includes("│")),
    ["a │ a 1", "b │ b 1", "a │ a 2", "b │ b 2"],
  );
  assert.ok(!Object.hasOwn(process.stdout, "write") && !Object.hasOwn(process.stderr, "write"));
});

test("errors of any kind are told, also those that throw when they are looked at", async () => {
  const { options, lines } = paper();
  const evil = Object.defineProperty({}, "message", {
    get() {
      throw new Error("never");
    },
  });
  const thrown = ["text", undefined, null, 7, new Error(""), evil, { name: "X", message: "\n\n  second" }];
  const throwing = (error: unknown) => (): never => {
    throw error;
  };
  const run = make(thrown.map((error, place) => task(`t${place}`, throwing(error))));
  progress(run, options);
  for await (const _ of run);
  assert.deepEqual(
    lines().filter((line) => line.startsWith("  ✗")),
    [
      "  ✗ t0: text",
      "  ✗ t1: undefined",
      "  ✗ t2: null",
      "  ✗ t3: 7",
      "  ✗ t4: Error",
      "  ✗ t5: an error that cannot be shown",
      "  ✗ t6: X: second",
    ],
  );
  await makeNow(task("still alive", () => {}));
});
