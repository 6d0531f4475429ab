// What holds for all that look at a run, together: they see the same, they disturb neither the run nor each other, whenever they come
// and go, and leave nothing behind.

import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import {
  make,
  makeLater,
  task,
  TaskQueue,
  type EventName,
  type Run,
  type State,
  type Task,
  type Transition,
} from "thence";
import { otel, progress, type ProgressMode } from "thence/report";
import { serve } from "thence/server";
import { playOut } from "../core/run-helpers.ts";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { assertWellFormed, tracing } from "./tracing.ts";

type Source = Run | TaskQueue;

/** What has been seen of a task: its final state, attempts, and lines. */
type Sight = Readonly<Record<string, readonly [state: string, attempts: number, lines: readonly string[]]>>;

interface Observer {
  /** Ends it. */
  stop(): unknown;
  /** What it has seen of the tasks that have ended, read off what it gives to people; `undefined` where that are only pictures. */
  seen(tasks: readonly Task[]): Promise<Sight | undefined>;
}

function shown(source: Source, mode: ProgressMode): Observer {
  let text = "";
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  const stream = Object.assign(sink, { isTTY: mode === "live", columns: 80, rows: 24 });
  const display = progress(source as Run, { mode, stream: stream as unknown as NodeJS.WriteStream, interval: 1 });
  return {
    stop: () => display.stop(),
    async seen() {
      if (mode !== "json") return undefined;
      const seen: Record<string, [string, number, string[]]> = {};
      for (const line of text.trimEnd().split("\n")) {
        const news = JSON.parse(line) as { type: string; task: string; to: State; attempt: number; line: string };
        const about = (seen[news.task] ??= ["", 0, []]);
        if (news.type === "log") about[2].push(news.line);
        if (news.type === "transition") [about[0], about[1]] = [news.to, news.attempt];
      }
      delete seen["undefined"];
      return seen;
    },
  };
}

function traced(source: Source): Observer {
  const spans = tracing();
  const observer = otel(spans.tracer, { logs: true });
  observer.watch(source as Run);
  return {
    stop: () => observer.stop(),
    async seen() {
      assertWellFormed(spans);
      const seen: Record<string, [string, number, string[]]> = {};
      for (const { kind, name, attributes, span, parent } of spans.spans()) {
        const about = (seen[kind === "attempt" ? (parent?.name ?? "") : name] ??= ["", 0, []]);
        about[2].push(...span.events.flatMap(({ attributes: more }) => (more?.["thence.log.line"] as string) ?? []));
        if (kind !== "task") continue;
        about[0] = attributes["thence.task.state"] as string;
        about[1] = attributes["thence.task.attempts"] as number;
      }
      for (const name of Object.keys(seen)) if (name.startsWith("make")) delete seen[name];
      return seen;
    },
  };
}

async function served(source: Source): Promise<Observer> {
  const page = await serve(source as Run);
  const ask = (index: number): Promise<Response> =>
    fetch(`${page.url}tasks/${index}`, { signal: AbortSignal.timeout(9_000) });
  return {
    stop: () => page.close(),
    async seen(tasks) {
      type Details = { name: string; state: string; attempts: number; log: string[] };
      const known = await Promise.all(tasks.map(async (_, index) => (await ask(index)).json() as Promise<Details>));
      return Object.fromEntries(known.map(({ name, state, attempts, log }) => [name, [state, attempts, log]]));
    },
  };
}

const OBSERVERS: Readonly<Record<string, (source: Source) => Observer | Promise<Observer>>> = {
  "progress live": (source) => shown(source, "live"),
  "progress lines": (source) => shown(source, "lines"),
  "progress json": (source) => shown(source, "json"),
  otel: traced,
  page: served,
};

/** Tasks that retry, fail, log, and make more. */
function scene(): Task[] {
  const a = task("a", (_, { log }) => log("a line"));
  const b = task("b", {
    require: a,
    retry: 1,
    run: (_, { attempt, log, progress: tell }) => {
      log(`attempt ${attempt}`);
      tell(0.5);
      if (attempt === 1) throw new Error("not yet");
    },
  });
  const c = task("c", { require: b, run: () => Promise.reject(new Error("no")) });
  const d = task("d", { require: c, run: () => 1 });
  const e = task("e", { require: b, run: (_, { make: makeMore }) => makeMore(task("f", () => 1)) });
  return [d, e];
}

const EXPECTED: Sight = {
  a: ["DONE", 1, ["a line"]],
  b: ["DONE", 2, ["attempt 1", "attempt 2"]],
  c: ["FAILED", 1, []],
  d: ["FAILED", 0, []],
  e: ["DONE", 1, []],
  f: ["DONE", 1, []],
};

const told = ({ task: { name }, from, event, to }: Transition): [string, State, EventName, State] => [
  name,
  from,
  event,
  to,
];

/** How many listeners a run or queue has, and those of the process. */
function listeners(source: Source): Record<string, number> {
  const emitter = source._emitter();
  const counts = emitter.eventNames().map((name) => [`run ${name}`, emitter.listenerCount(name)] as const);
  const own = process.eventNames().map((name) => [`process ${String(name)}`, process.listenerCount(name)] as const);
  return Object.fromEntries([...counts, ...own].filter(([, count]) => count > 0));
}

test("all that look at one run see the same of it", async () => {
  const run = make(scene());
  const records: Transition[][] = [[], []];
  run.on("transition", (transition) => records[0]?.push(transition));
  const observers = await Promise.all(Object.values(OBSERVERS).map((observe) => observe(run)));
  run.on("transition", (transition) => records[1]?.push(transition));
  await Array.fromAsync(run);
  for (const observer of observers) {
    const seen = await observer.seen(run.tasks);
    if (seen !== undefined) assert.deepEqual({ ...seen }, EXPECTED);
    await observer.stop();
  }
  assert.equal(records[0]?.length, records[1]?.length);
  for (const [i, record] of (records[0] ?? []).entries()) assert.equal(record, records[1]?.[i]);
});

test("a run goes as it would if nobody looked", async () => {
  const heard = await Promise.all(
    [false, true].map(async (isWatched) => {
      const run = make(scene(), { concurrency: 1 });
      const list: unknown[] = [];
      run.on("transition", (transition) => list.push(told(transition)));
      const observers = await Promise.all(Object.values(isWatched ? OBSERVERS : {}).map((observe) => observe(run)));
      const yielded = (await Array.fromAsync(run)).map(String);
      for (const observer of observers) await observer.stop();
      return { list, yielded, done: (await run.finished).done.map(String) };
    }),
  );
  assert.deepEqual(heard[1], heard[0]);
});

test("a listener that throws keeps no observer from what it is to see", async () => {
  const run = make(scene());
  const failures: unknown[] = [];
  run.on("listenerError", ({ error }) => failures.push(error));
  run.on("transition", () => {
    throw new Error("listener");
  });
  run.on("log", () => Promise.reject(new Error("later")));
  const observers = await Promise.all(Object.values(OBSERVERS).map((observe) => observe(run)));
  await Array.fromAsync(run);
  for (const observer of observers) {
    const seen = await observer.seen(run.tasks);
    if (seen !== undefined) assert.deepEqual({ ...seen }, EXPECTED);
    await observer.stop();
  }
  assert.ok(failures.length > 6);
});

for (const [name, observe] of Object.entries(OBSERVERS)) {
  test(`${name}: one that is stopped leaves no listener behind, and the run goes on`, async () => {
    const { a, b, c } = graph`a -> b -> c`;
    const run = makeLater(c.task);
    await flush();
    const before = listeners(run);
    const observer = await observe(run);
    await flush();
    a.finish();
    await flush();
    await observer.stop();
    assert.deepEqual(listeners(run), before);
    await observer.stop();
    await playOut(b, c);
    assert.equal((await run.finished).done.length, 3);
    assert.deepEqual(listeners(run), before);
  });

  test(`${name}: one of a TaskQueue leaves no listener behind`, async () => {
    const { a, b } = graph`a -> b`;
    const queue = new TaskQueue([a.task, b.task]);
    const before = listeners(queue);
    const observer = await observe(queue);
    const ended = Array.fromAsync(queue.run());
    await playOut(a, b);
    await ended;
    await observer.stop();
    assert.deepEqual(listeners(queue), before);
  });

  test(`${name}: tasks have no listeners because of it`, async () => {
    const run = make(scene());
    const observer = await observe(run);
    await Array.fromAsync(run);
    assert.deepEqual(run.tasks.filter((each) => each._extra?.emitter !== undefined).map(String), []);
    await observer.stop();
  });

  test(`${name}: one that comes late, and one that comes when all is over, do no harm`, async () => {
    const { a, b, c } = graph`a -> b -> c`;
    const run = makeLater(c.task);
    await flush();
    a.finish();
    await flush();
    const late = await observe(run);
    await playOut(b, c);
    await run.finished;
    const seen = await late.seen(run.tasks);
    if (seen !== undefined) {
      for (const each of [b, c]) assert.deepEqual(seen[each.task.name]?.slice(0, 2), ["DONE", 1]);
    }
    await late.stop();
    const tooLate = await observe(run);
    await flush();
    await tooLate.stop();
    assert.equal((await run.finished).done.length, 3);
  });
}

test("when a run is over nobody listens to it any more, save the page, which is still to be seen", async () => {
  const run = make(scene());
  const before = listeners(run);
  for (const [name, observe] of Object.entries(OBSERVERS)) if (name !== "page") await observe(run);
  assert.notDeepEqual(listeners(run), before);
  await Array.fromAsync(run);
  assert.deepEqual(listeners(run), before);
});

test("observers come and go at every transition, and each of those that stay sees all", async () => {
  const run = make(scene());
  const staying = [shown(run, "json"), traced(run)];
  const passing: Observer[] = [];
  run.on("transition", () => {
    for (const observer of passing.splice(0)) observer.stop();
    passing.push(shown(run, "live"), shown(run, "lines"), traced(run));
  });
  await Array.fromAsync(run);
  for (const observer of passing) observer.stop();
  for (const observer of staying) assert.deepEqual({ ...(await observer.seen(run.tasks)) }, EXPECTED);
});
