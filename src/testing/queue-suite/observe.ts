// A second process that opens a queue, finds a job and joins it: started by the suite on one side, this very module on the other.

import { fork } from "node:child_process";
import { once } from "node:events";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import type { JobInfo, Queue } from "../../core/job-queue.ts";
import type { Elsewhere } from "./harness.ts";

/** What another process sees of a job. */
export interface Observer {
  /** The state in which it finds the job. */
  readonly found: Promise<JobInfo["state"]>;
  /** How the job ended; the process has then ended by itself. */
  readonly ended: Promise<Pick<JobInfo, "state" | "result">>;
  kill(): void;
}

const CALL = "observe-a-job";

type Told = Pick<JobInfo, "state" | "result">;

/** Starts a process that waits for a job. */
export function observe(elsewhere: Elsewhere, id: string): Observer {
  const child = fork(fileURLToPath(import.meta.url), [CALL, JSON.stringify({ ...elsewhere, id })], {
    stdio: ["ignore", "inherit", "pipe", "ipc"],
  });
  let complaints = "";
  child.stderr?.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
  const told: Told[] = [];
  child.on("message", (info: Told) => told.push(info));
  const found = new Promise<JobInfo["state"]>((resolve) => child.once("message", (info: Told) => resolve(info.state)));
  const ended = Promise.all([once(child, "exit"), once(child, "disconnect")]).then(([[code]]) => {
    if (code === 0 && told.length === 2) return told[1]!;
    throw new Error(`the other process ended with code ${String(code)}, ${told.length} messages told: ${complaints}`);
  });
  ended.catch(() => {});
  const gone = ended.then(() => "done" as const);
  return {
    found: Promise.race([found, gone]),
    ended,
    kill: () => child.kill("SIGKILL"),
  };
}

async function join({ module, open, with: given, id }: Elsewhere & { id: string }): Promise<void> {
  const exported = (await import(module)) as Record<string, (...given: readonly unknown[]) => Queue | Promise<Queue>>;
  const queue = await exported[open]!(...given);
  const handle = await queue.find(id);
  if (handle === undefined) throw new Error(`this process knows no job ${id}`);
  tell(await handle.info());
  tell(await handle.join());
  await queue.close();
  process.disconnect();
}

function tell({ state, result }: JobInfo): void {
  process.send?.({ state, result });
}

// Not awaited, so that the suite can be required too. A rejection ends this process all the same.
if (argv[2] === CALL) void join(JSON.parse(argv[3] ?? "") as Elsewhere & { id: string });
