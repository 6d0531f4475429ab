// What piscina runs in each of its threads: executes the calls of a batch one after the other. Each reply is on its way before the next
// call begins, so that whatever that one does to the thread, it does to itself; the last goes as piscina's own answer. Notes and orders
// have a port of their own, since piscina has none for them.

import { MessageChannel, parentPort, threadId, workerData, type MessagePort } from "node:worker_threads";
import { recordError } from "../../core/json.ts";
import { loadJobs } from "../load-jobs.ts";
import { claim } from "./claims.ts";
import { lost } from "./errors.ts";
import { FarSide } from "./far-side.ts";
import type { Answer, Batch, Broken, Call, FromThread, KnownJob, Order, Reply } from "./messages.ts";

/** What a thread has from the start. */
export interface ThreadData {
  readonly module: string;
  readonly claims: Int32Array;
}

/** The first thing that a thread says, once it has loaded the module: how to reach it. */
export interface Hello {
  readonly thread: number;
  readonly port: MessagePort;
}

const { module, claims } = workerData as ThreadData;
const { port1: port, port2 } = new MessageChannel();
const loading = load();
let far: FarSide | undefined;
let current: Call | undefined;
let hasSpoken = false;

// A module that cannot be loaded is told to whoever wants something of it.
const greeting = loading
  .catch(() => {})
  .then(() => parentPort?.postMessage({ thread: threadId, port: port2 } satisfies Hello, [port2]));
port.on("message", (order: Order) => far?.receive(order));
port.unref();
// It ends the thread all the same, which piscina tells, but not whose fault it is.
process.on("uncaughtExceptionMonitor", (error) => {
  if (current !== undefined) tell({ kind: "fault", key: current.key, error: (far as FarSide).blame(current, error) });
});

/** Executes a batch; without one, tells the jobs of the module. */
export async function executeInThread(batch: Batch | undefined): Promise<Answer | KnownJob[] | Broken> {
  try {
    far ??= await loading;
  } catch (error) {
    return batch === undefined ? { broken: recordError(error) } : giveUp(batch, error as Error);
  }
  return batch === undefined ? far.known : execute(far, batch);
}

async function execute(side: FarSide, { place, calls, isEarly }: Batch): Promise<Answer> {
  let last: Reply | undefined;
  hasSpoken = false;
  for (const [index, call] of calls.entries()) {
    if (last !== undefined) tell({ kind: "reply", ...last });
    last = undefined;
    if (!claim(claims, place + index, call.key, threadId)) continue;
    if (isEarly && !hasSpoken) tell({ kind: "begun", key: call.key });
    const start = performance.now();
    current = call;
    const reply = await side.run(call);
    last = { ...reply, ms: performance.now() - start };
  }
  current = undefined;
  return { last, thread: hasSpoken ? threadId : undefined };
}

// The thread of a module that cannot be loaded costs a job its attempt, so that a queue whose threads cannot start any more comes to an
// end; and it ends, for the next one may have better luck.
async function giveUp({ place, calls }: Batch, { message }: Error): Promise<Answer> {
  await greeting;
  for (const [index, { key }] of calls.entries()) {
    if (!claim(claims, place + index, key, threadId)) continue;
    tell({ kind: "fault", key, error: lost(`no thread can be started: ${message}`) });
    process.exit(1);
  }
  return { last: undefined, thread: undefined };
}

async function load(): Promise<FarSide> {
  return new FarSide(await loadJobs(module), tell);
}

function tell(word: FromThread): void {
  hasSpoken = true;
  port.postMessage(word);
}
