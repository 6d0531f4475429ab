// What piscina runs in each of its threads. Calls and replies go piscina's way; notes and orders have a port of their own, since
// piscina has none for them.

import { MessageChannel, parentPort, threadId, workerData, type MessagePort } from "node:worker_threads";
import { loadJobs } from "../load-jobs.ts";
import { FarSide } from "./far-side.ts";
import type { Call, KnownJob, Note, Order, Reply } from "./messages.ts";

/** The first thing that a thread says: how to reach it. */
export interface Hello {
  readonly thread: number;
  readonly port: MessagePort;
}

const { port1: port, port2 } = new MessageChannel();
// Keys of attempts that have said something.
const talkers = new Set<number>();
let loading: Promise<FarSide> | undefined;
let far: FarSide | undefined;

parentPort?.postMessage({ thread: threadId, port: port2 } satisfies Hello, [port2]);
port.on("message", (order: Order) => far?.receive(order));
port.unref();

/** Executes a call; without one, tells the jobs of the module. */
export async function executeInThread(call: Call | undefined): Promise<Reply | KnownJob[]> {
  far ??= await (loading ??= load());
  if (call === undefined) return far.known;
  const reply = await far.run(call);
  return talkers.delete(call.key) ? { ...reply, thread: threadId } : reply;
}

async function load(): Promise<FarSide> {
  return new FarSide(await loadJobs((workerData as { module: string }).module), tell);
}

function tell(note: Note): void {
  talkers.add(note.key);
  port.postMessage(note);
}
