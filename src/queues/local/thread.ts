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
let loading: Promise<FarSide> | undefined;
let far: FarSide | undefined;

parentPort?.postMessage({ thread: threadId, port: port2 } satisfies Hello, [port2]);
port.on("message", (order: Order) => far?.receive(order));
port.unref();

/** Executes a call; without one, tells the jobs of the module. */
export function executeInThread(call: Call | undefined): Promise<Reply | KnownJob[]> {
  return far === undefined || call === undefined ? begin(call) : far.run(call);
}

async function begin(call: Call | undefined): Promise<Reply | KnownJob[]> {
  far = await (loading ??= load());
  return call === undefined ? far.known : far.run(call);
}

async function load(): Promise<FarSide> {
  return new FarSide(await loadJobs((workerData as { module: string }).module), tell, threadId);
}

function tell(note: Note): void {
  port.postMessage(note);
}
