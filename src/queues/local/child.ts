// What processes() runs in each of its child processes: executes its calls one after the other, and sends the replies in batches, for
// a message costs more than a short job.

import { recordError } from "../../core/json.ts";
import { killGroup } from "../guard.ts";
import { loadJobs } from "../load-jobs.ts";
import { FarSide } from "./far-side.ts";
import type { Call, FromChild, Reply, ToChild } from "./messages.ts";

const [module = "", weighs] = process.argv.slice(2);
/** Milliseconds after which replies are sent though there are more to come, and after which calls go back that wait behind another. */
const PATIENCE = 2;
const MANY = 32;

let far: FarSide;
let calls: Call[] = [];
let replies: Reply[] = [];
let current: Call | undefined;
let began = 0;
let sentAt = 0;
let watch: NodeJS.Timeout | undefined;

/** Begins, if this file is what the process runs. */
async function serve(): Promise<void> {
  process.on("message", receive);
  // The program is gone, in whatever way: so goes all that was started here.
  process.on("disconnect", () => killGroup(process.pid, "SIGKILL"));
  process.on("uncaughtException", fail);
  process.on("exit", () => {
    giveBack();
    flush();
  });
  try {
    far = new FarSide(await loadJobs(module), send);
    send({ kind: "ready", known: far.known });
  } catch (error) {
    send({ kind: "broken", error: recordError(error) }, () => process.exit(1));
  }
}

if (process.argv[1] === import.meta.filename) void serve();

function receive(message: ToChild): void {
  if (!("kind" in message)) {
    calls.push(...message);
    watch ??= setInterval(giveBackIfLate, PATIENCE);
    if (current === undefined) void work();
  } else if (message.kind === "end") process.exit(0);
  else if (message.kind === "stop" && calls.some(({ key }) => key === message.key)) {
    calls = calls.filter(({ key }) => key !== message.key);
    replies.push({ key: message.key, isBack: true });
    flush();
  } else far.receive(message);
}

/** What a job throws where nobody can catch it is its error, and the end of this process. */
function fail(error: unknown): void {
  if (current === undefined) console.error(error);
  else replies.push({ key: current.key, error: recordError(error) });
  giveBack();
  send({ kind: "replies", replies, isLast: true }, () => process.exit(1));
  replies = [];
}

async function work(): Promise<void> {
  sentAt = performance.now();
  // There are few at a time, and those left in the list are the ones that have not begun.
  for (let call = calls.shift(); call !== undefined; call = calls.shift()) {
    current = call;
    began = performance.now();
    const reply = await far.run(call);
    const now = performance.now();
    replies.push({ ...reply, ms: now - began });
    if (replies.length >= MANY || now - sentAt > PATIENCE) flush();
  }
  clearInterval(watch);
  watch = undefined;
  current = undefined;
  flush();
}

/** While a job waits for something, those behind it can be had by others. */
function giveBackIfLate(): void {
  if (calls.length === 0 || performance.now() - began < PATIENCE) return;
  giveBack();
  flush();
}

function giveBack(): void {
  replies.push(...calls.map(({ key }) => ({ key, isBack: true })));
  calls = [];
}

function flush(): void {
  if (replies.length === 0) return;
  sentAt = performance.now();
  send({ kind: "replies", replies, ...(weighs === undefined ? {} : { rss: process.memoryUsage.rss() }) });
  replies = [];
}

function send(message: FromChild, then: () => void = () => {}): void {
  if (process.connected) process.send?.(message, undefined, undefined, then);
}
