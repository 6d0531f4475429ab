// What it costs to look at a run: `observers.ts <who looks>`, with 100,000 layered tasks that do nothing. `alone` times the run, with
// nobody looking, and what pictures and histories cost afterwards; `sdk` makes the spans of such a run without any run.

import { spawn } from "node:child_process";
import { Writable } from "node:stream";
import { context, ROOT_CONTEXT, trace, type Tracer } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { make, type Run } from "thence";
import { toTimeline, toTrace } from "thence/render";
import { otel, progress, type ProgressMode } from "thence/report";
import { serve } from "thence/server";
import { CONCURRENCY } from "../contenders/contender.ts";
import { createTasks } from "../contenders/ours.ts";
import { createFunctions } from "../functions.ts";
import { createGraph } from "../shapes.ts";

/** Begins to look at a run; the function returned ends it, and says whether anything was seen. */
type Observe = (run: Run) => Promise<() => Promise<boolean>> | (() => Promise<boolean>);

const who = process.argv.slice(2).join(" ");
const graph = createGraph("layered", Number(process.env["THENCE_BENCH_TASKS"] ?? 100_000));
const exporter = new InMemorySpanExporter();
const spans = 2 * graph.n + 1;

function tracerOf(isSampled: boolean): Tracer {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const spanProcessors = [new SimpleSpanProcessor(exporter)];
  return new BasicTracerProvider(
    isSampled ? { spanProcessors } : { spanProcessors, sampler: new AlwaysOffSampler() },
  ).getTracer("bench");
}

const traced =
  (tracer: Tracer, expected: number): Observe =>
  (run) => {
    otel(tracer).watch(run);
    return async () => exporter.getFinishedSpans().length === expected;
  };

const shown =
  (mode: ProgressMode): Observe =>
  (run) => {
    let written = 0;
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        written += chunk.length;
        done();
      },
    });
    const stream = Object.assign(sink, { isTTY: mode === "live", columns: 100, rows: 40 });
    const display = progress(run, { mode, stream: stream as unknown as NodeJS.WriteStream });
    return async () => {
      display.stop();
      return written > 0;
    };
  };

// The client is a process of its own, so that only what serving costs is counted.
const READER = `
  const response = await fetch(process.argv[1] + "events");
  let size = 0;
  for await (const chunk of response.body) {
    if (size === 0) process.stdout.write("open");
    size += chunk.length;
  }
`;

async function served(run: Run, isRead: boolean): Promise<() => Promise<boolean>> {
  const page = await serve(run);
  if (!isRead) return async () => page.close().then(() => true);
  const client = spawn(process.execPath, ["--input-type=module", "--eval", READER, page.url], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const opened = await new Promise<boolean>((resolve) => {
    client.stdout.once("data", () => resolve(true));
    client.once("exit", () => resolve(false));
  });
  return async () => {
    client.kill();
    await page.close();
    return opened;
  };
}

const OBSERVERS: Record<string, Observe> = {
  alone: () => async () => true,
  listener: (run) => {
    let heard = 0;
    run.on("transition", () => heard++);
    return async () => heard === 2 * graph.n;
  },
  "progress live": shown("live"),
  "progress lines": shown("lines"),
  "progress json": shown("json"),
  "page unread": (run) => served(run, false),
  "page read": (run) => served(run, true),
  "otel off": traced(trace.getTracer("none"), 0),
  "otel unsampled": (run) => traced(tracerOf(false), 0)(run),
  "otel memory": (run) => traced(tracerOf(true), spans)(run),
};

// Of all threads, garbage collectors included.
function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
}

async function timeRun(observe: Observe): Promise<Record<string, number>> {
  const functions = createFunctions("async", graph.n);
  globalThis.gc?.();
  const start = performance.now();
  const tasks = createTasks(graph, functions);
  const built = performance.now();
  const run: Run = make(
    graph.ends.map((i) => tasks[i]!),
    { concurrency: CONCURRENCY },
  );
  const stop = await observe(run);
  const cpu = process.cpuUsage();
  const begun = performance.now();
  for await (const _ of run);
  const end = performance.now();
  const spent = cpuMs(cpu);
  functions.check(graph);
  if (!(await stop())) throw new Error(`"${who}" has not seen the run`);
  const times = { run: end - begun, cpu: spent, total: end - begun + (built - start) };
  if (who !== "alone") return times;
  const timed = (work: () => unknown): number => {
    const from = performance.now();
    work();
    return performance.now() - from;
  };
  const history = timed(() => tasks.reduce((sum, { history: entries }) => sum + entries.length, 0));
  return { ...times, history, timeline: timed(() => toTimeline(run)), trace: timed(() => toTrace(run)) };
}

// As many spans, with as much in them and as many open at once, as a run makes.
function timeSpans(tracer: Tracer): Record<string, number> {
  globalThis.gc?.();
  const cpu = process.cpuUsage();
  const start = performance.now();
  const root = trace.setSpan(ROOT_CONTEXT, tracer.startSpan("make"));
  const links = [1, 2, 3].map(() => ({ context: trace.getSpanContext(root)! }));
  for (let i = 0; i < graph.n; i++) {
    const facts = { "thence.task.name": `t${i}`, "thence.task.id": i };
    const task = tracer.startSpan(`t${i}`, { startTime: [i, 0], attributes: facts, links }, root);
    const above = trace.setSpan(root, task);
    const attributes = { ...facts, "thence.task.attempt": 1 };
    const attempt = tracer.startSpan("attempt 1", { startTime: [i, 0], attributes }, above);
    context.with(trace.setSpan(context.active(), attempt), () => {});
    attempt.setAttribute("thence.attempt.outcome", "done").end([i, 1]);
    task.setAttributes({ "thence.task.state": "DONE", "thence.task.attempts": 1 }).end([i, 1]);
  }
  trace.getSpan(root)?.end();
  if (exporter.getFinishedSpans().length !== spans) throw new Error("some spans are missing");
  return { run: performance.now() - start, cpu: cpuMs(cpu) };
}

const observe = OBSERVERS[who];
if (observe === undefined && who !== "sdk") throw new Error(`expected sdk, ${Object.keys(OBSERVERS).join(", ")}`);
const times = observe === undefined ? timeSpans(tracerOf(true)) : await timeRun(observe);
console.log(JSON.stringify(times));
process.exit();
