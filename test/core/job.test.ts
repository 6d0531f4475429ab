// Jobs and their requests: what is checked when, and what schemas do on either side.

import assert from "node:assert/strict";
import { test } from "node:test";
import { job, makeNow, task } from "thence";
import type { JobContext } from "thence";
import * as v from "valibot";
import * as z from "zod";
import { contextOf, type JobHost } from "../../src/core/job-context.ts";

const context = {} as JobContext;

test("a request names the job and carries its input, its limit and how it is to be queued", () => {
  const resize = job("resize", { run: (input: { src: string }) => input.src, limit: 2, whenFull: "refuse" });
  assert.deepEqual(resize.request({ src: "a.png" }, { delay: 5_000, priority: 3, id: "a" }), {
    job: "resize",
    input: { src: "a.png" },
    limit: 2,
    whenFull: "refuse",
    delay: 5_000,
    priority: 3,
    id: "a",
  });
});

test("a request with an input that is no JSON value is a SerializationError that says where", () => {
  const any = job("any", (input: unknown) => input);
  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = { cyclic };
  const faults: [unknown, RegExp][] = [
    [() => 1, /the input of job "any": expected a JSON value, got the function/],
    [{ a: [1, 10n] }, /\.a\[1\]: expected a JSON value, got 10n/],
    [{ at: new Date() }, /\.at: expected a JSON value, got an object of class Date/],
    [new Map(), /class Map/],
    [{ ratio: NaN }, /\.ratio: expected a JSON value, got NaN/],
    [cyclic, /\.self\.cyclic: expected a JSON value, got a reference to what contains it/],
    [[undefined], /\[0\]/],
    [Symbol("s"), /Symbol/],
  ];
  for (const [input, message] of faults) {
    assert.throws(() => any.request(input), { name: "SerializationError", code: "ERR_THENCE_SERIALIZATION", message });
  }
});

test("JSON values of every shape can be requested, also twice within one another and with properties that are undefined", () => {
  const any = job("any", (input: unknown) => input);
  const shared = { x: 1 };
  for (const input of [
    null,
    0,
    "",
    false,
    [],
    {},
    { a: shared, b: shared, c: undefined },
    undefined,
    JSON.parse('{"__proto__":1}'),
  ]) {
    assert.doesNotThrow(() => any.request(input));
  }
});

for (const [library, positive, count] of [
  ["zod", z.object({ n: z.number().positive() }), z.string().transform((text) => text.length)],
  [
    "valibot",
    v.object({ n: v.pipe(v.number(), v.gtValue(0)) }),
    v.pipe(
      v.string(),
      v.transform((text) => text.length),
    ),
  ],
] as const) {
  test(`a schema of ${library} is asked when a request is made, and again when the job is executed`, async () => {
    let calls = 0;
    const root = job("root", { input: positive, run: ({ n }: { n: number }) => (calls++, Math.sqrt(n)) });
    assert.throws(() => root.request({ n: -1 }), {
      name: "SchemaError",
      code: "ERR_THENCE_SCHEMA",
      message: /input of job "root": n: /,
    });
    await assert.rejects(root._execute({ n: "x" }, context), { name: "SchemaError" });
    assert.equal(await root._execute({ n: 9 }, context), 3);
    assert.equal(calls, 1);
  });

  test(`a schema of ${library} for results is asked on both sides and transforms on the near one`, async () => {
    const letters = job("letters", {
      output: count,
      run: (input: number) => (input > 3 ? (5 as never) : "x".repeat(input)),
    });
    assert.equal(await letters._execute(3, context), "xxx");
    assert.equal(await letters._receive("xxx"), 3);
    await assert.rejects(letters._execute(4, context), { name: "SchemaError", message: /the result of job "letters"/ });
    await assert.rejects(letters._receive(4), { name: "SchemaError" });
    const made: number | undefined = await letters.task("made here", { input: 2 }).make();
    assert.equal(made, 2);
  });
}

test("the function gets what the schema makes of its input, and the request carries what the caller gave", async () => {
  const year = job("year", {
    input: z.string().transform((text) => new Date(text)),
    run: (at: Date) => at.getUTCFullYear(),
  });
  assert.equal(year.request("2026-01-01").input, "2026-01-01");
  assert.equal(await year.task("t", { input: "2026-01-01" }).make(), 2026);
});

test("a schema that takes its time lets a request pass and refuses on the other side", async () => {
  const slow = job("slow", { input: z.string().refine(async (text) => text === "right"), run: (text: string) => text });
  assert.equal(slow.request("wrong").input, "wrong");
  await assert.rejects(slow._execute("wrong", context), { name: "SchemaError" });
});

test("a job's timeout and retry are those of its tasks, unless they say otherwise", async () => {
  let attempts = 0;
  const shaky = job("shaky", { retry: 2, run: () => (++attempts < 3 ? assert.fail("again") : attempts) });
  assert.equal(await shaky.task("a", { input: undefined }).make(), 3);
  attempts = 0;
  await assert.rejects(shaky.task("b", { input: undefined, retry: 0 }).make(), /again/);
});

test("the timeout of a job may be Infinity, as those of a task and a request may", async () => {
  const patient = job("patient", { timeout: Infinity, run: () => "done" });
  assert.equal(await patient.task("a", { input: undefined }).make(), "done");
});

test("wrong options of a job are refused by name", () => {
  const run = (): number => 1;
  for (const [options, message] of [
    [{ run, limit: 0 }, /job "a": limit: expected a whole number of at least 1/],
    [{ run, timeout: NaN }, /timeout: expected a number of milliseconds, 0 or more, got NaN/],
    [{ run, retry: -1 }, /retry/],
    [{ run, whenFull: "drop" }, /whenFull: expected "wait" or "refuse"/],
    [{ run, mode: "gpu" }, /mode: expected "async" or "thread" or "process"/],
    [{ run, input: {} }, /input: expected a Standard Schema/],
    [{ run, limits: 3 }, /did you mean "limit"/],
    [{}, /run: expected a function/],
  ] as const) {
    assert.throws(() => job("a", options as never), { message });
  }
});

test("context.shell runs a command here and gives what it wrote, with its lines in the task's log", async () => {
  const greet = job("greet", async (name: string, { shell }) => (await shell("echo", [`hello ${name}`])).stdout.trim());
  const greeting = greet.task("greeting", { input: "you" });
  const lines: string[] = [];
  greeting.on("log", (line) => lines.push(line));
  assert.equal(await greeting.make(), "hello you");
  assert.deepEqual(lines, ["hello you"]);
});

test("context.submit runs another job in the background where there is no queue", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const second = job("second", (input: string) => resolve(input));
  const first = job("first", async (input: string, { submit }) => submit(second, `${input}!`));
  const id = await first.task("t", { input: "a" }).make();
  assert.match(id, /^\d+$/);
  assert.equal(await promise, "a!");
});

test("context.submit without a queue refuses what is no job as a queue would", async () => {
  const wrong = job("wrong", (_: void, { submit }) => submit({} as never));
  await assert.rejects(wrong.task("t").make(), {
    name: "TypeError",
    code: "ERR_THENCE_ARGUMENT",
    message: "submit: expected a job, got an object",
  });
});

test("context.submit without a queue refuses an input that is wrong, and keeps to delay and retry", async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const number = job("number", { input: z.number(), run: (n) => n });
  let calls = 0;
  const shaky = job("shaky", (submittedAt: number) =>
    ++calls < 3 ? assert.fail("again") : resolve(Date.now() - submittedAt),
  );
  const first = job("first", async (_: null, { submit }) => {
    await assert.rejects(submit(number, "five" as never), { name: "SchemaError" });
    await submit(shaky, Date.now(), { delay: 50, retry: 2 });
  });
  await first.task("t", { input: null }).make();
  assert.equal(calls, 0);
  assert.ok((await promise) >= 45);
});

test("context.shell and context.submit refuse wrong arguments with what they expect", async () => {
  const { shell, submit } = contextOf({} as JobHost) as unknown as Record<
    string,
    (...args: unknown[]) => Promise<unknown>
  >;
  for (const [call, message] of [
    [() => shell?.(""), /^shell: command: expected the name or path of a program, got ""/],
    [() => shell?.("ls", "-l"), /^shell: args: expected an array of strings, got "-l"/],
    [() => shell?.("ls", { cwd: "/" }), /^shell: args: expected an array of strings, got an object/],
    [() => shell?.("ls", [5]), /^shell: args: expected an array of strings/],
    [() => shell?.("ls", [], { cdw: "/" }), /^shell: unknown option "cdw", did you mean "cwd"/],
    [() => submit?.(), /^submit: expected a job, got undefined/],
  ] as const) {
    await assert.rejects(call() as Promise<unknown>, { name: "TypeError", code: "ERR_THENCE_ARGUMENT", message });
  }
});

test("context.progress refuses what is no progress", async () => {
  const wrong = job("wrong", (_: null, { progress }) => progress(null as never));
  await assert.rejects(wrong.run(null, contextOf({} as JobHost)), {
    message: /progress: expected a fraction or {value, total, message}, got null/,
  });
});

test("without a queue a graph of jobs and closures runs here", async () => {
  const double = job("double", (n: number) => n * 2);
  const one = task("one", () => 1);
  const two = double.task("two", { require: one, input: (n) => n });
  const four = double.task("four", { require: two, input: (n) => n });
  assert.deepEqual(
    (await makeNow(four)).map(({ result }) => result),
    [4],
  );
});
