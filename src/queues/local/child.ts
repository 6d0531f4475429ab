// What processes() runs in each of its child processes: executes its calls one after the other. Each reply is out before the next call
// begins, so that whatever that one does to the process, it does to itself.

import { setImmediate as turn } from "node:timers/promises";
import { recordError } from "../../core/json.ts";
import { killGroup } from "../guard.ts";
import { loadJobs } from "../load-jobs.ts";
import { FarSide } from "./far-side.ts";
import { writeFrame } from "./frames.ts";
import type { Call, FromChild, ToChild } from "./messages.ts";

const [module = "", weighs] = process.argv.slice(2);
/** The descriptor of the pipe to the program. */
const PIPE = 4;
/** Milliseconds after which calls go back that wait behind another, and orders are looked for. */
const PATIENCE = 2;

let far: FarSide;
let calls: Call[] = [];
let current: Call | undefined;
let began = 0;
/** When messages could last be read. */
let turnedAt = 0;
let weighedAt = 0;
let watch: NodeJS.Timeout | undefined;

/** Begins, if this file is what the process runs. */
async function serve(): Promise<void> {
  process.on("message", receive);
  // The program is gone, in whatever way: so goes all that was started here.
  process.on("disconnect", () => killGroup(process.pid, "SIGKILL"));
  process.on("uncaughtException", fail);
  process.on("exit", giveBack);
  try {
    far = new FarSide(await loadJobs(module), send);
    send({ kind: "ready", known: far.known });
  } catch (error) {
    send({ kind: "broken", error: recordError(error) });
    process.exit(1);
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
    send({ kind: "reply", key: message.key, isBack: true });
  } else far.receive(message);
}

/** What is thrown where nobody can catch it is the end of this process, and of the job that is at work. */
function fail(error: unknown): void {
  if (current === undefined) console.error(error);
  else {
    send({ kind: "leaving" });
    // First, for what is next after a reply is taken to have begun.
    giveBack();
    send({ kind: "reply", key: current.key, error: far.blame(current, error) });
  }
  process.exit(1);
}

async function work(): Promise<void> {
  // There are few at a time, and those left in the list are the ones that have not begun.
  turnedAt = performance.now();
  for (let call = calls.shift(); call !== undefined; call = calls.shift()) {
    current = call;
    began = performance.now();
    const reply = await far.run(call);
    const now = performance.now();
    const isLate = now - began > PATIENCE || now - turnedAt > 2 * PATIENCE;
    // First, as in fail().
    if (isLate) giveBack();
    send({ kind: "reply", ...reply, ms: now - began, ...weight(now) });
    // What was to stop meanwhile must not begin. Messages are read between two turns.
    if (isLate) {
      await turn();
      await turn();
      turnedAt = performance.now();
    }
  }
  clearInterval(watch);
  watch = undefined;
  current = undefined;
}

/** While a job waits for something, those behind it can be had by others. */
function giveBackIfLate(): void {
  if (performance.now() - began >= PATIENCE) giveBack();
}

function giveBack(): void {
  for (const { key } of calls.toReversed()) send({ kind: "reply", key, isBack: true });
  calls = [];
}

/** The memory is a question to the system, which costs more than a short job. */
function weight(now: number): { rss?: number } {
  if (weighs === undefined || (calls.length > 0 && now - weighedAt < PATIENCE)) return {};
  weighedAt = now;
  return { rss: process.memoryUsage.rss() };
}

function send(message: FromChild): void {
  // Of all others there are few, and what is in them might be no JSON.
  writeFrame(PIPE, message, message.kind === "reply" || message.kind === "log");
}
