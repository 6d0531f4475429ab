// What the tests of the queues in this program share: the module with their jobs, and waiting for something to become true.

import assert from "node:assert/strict";
import { execFile, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Queue } from "thence";

export const JOBS: URL = new URL("../helpers/jobs/basic.ts", import.meta.url);

/** Waits until `probe` gives something. */
export async function until<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) assert.fail(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Whether a process is there and not a zombie. */
export function isAlive(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  if (!existsSync(stat)) return false;
  try {
    return !/\) [ZX]/.test(readFileSync(stat, "utf8"));
  } catch {
    return false;
  }
}

/** A program in a process of its own, given as text, with `JOBS` in it. */
export function startProgram(text: string): {
  child: ChildProcess;
  ended: Promise<{ code: number | null; stdout: string }>;
} {
  const source = `const JOBS = new URL(${JSON.stringify(JOBS.href)});\n${text}`;
  const args = ["--conditions=thence-source", "--input-type=module", "--eval", source];
  const { promise, resolve } = Promise.withResolvers<{ code: number | null; stdout: string }>();
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const child = execFile(process.execPath, args, { cwd, timeout: 30_000 }, (_error, stdout) => {
    resolve({ code: child.exitCode, stdout });
  });
  return { child, ended: promise };
}

/** Checks that a job which must be ended by force takes the command along that it has started; `queue` has a short grace. */
export async function checkThatCommandsEnd(queue: Queue): Promise<void> {
  const handle = await queue.submit({ job: "startAndSpin" });
  await until("it spins", async () => (await handle.logs()).length === 2);
  const pid = Number((await handle.logs())[0]);
  assert.equal(isAlive(pid), true);
  await handle.cancel();
  assert.equal((await handle.join()).state, "cancelled");
  await until("the command is gone", () => !isAlive(pid));
}

/** Checks that a queue whose module never gets to its end can be closed; `create` is given such a module. */
export async function checkThatLoadingEnds(create: (module: string) => Queue): Promise<void> {
  const queue = create(`data:text/javascript,${encodeURIComponent("await new Promise(() => {});")}`);
  const submitted = queue.submit({ job: "echo" });
  const refused = assert.rejects(submitted, { name: "QueueClosedError" });
  await new Promise((wake) => setTimeout(wake, 200));
  await queue.close();
  await refused;
}

/** Checks what comes of what an ended job has left behind: it is no fault of the job that runs by then, which is worth a retry. */
export async function checkWhatIsLeftBehind(queue: Queue): Promise<void> {
  const litter = await queue.submit({ job: "litter", input: "left behind" });
  assert.equal(await litter.result(), "done");
  const nap = await queue.submit({ job: "nap", input: 5_000 });
  await assert.rejects(nap.result(), { name: "JobLostError", message: /RangeError: left behind/ });
  assert.equal((await nap.info()).error?.machinery, true);
  await (await queue.submit({ job: "litter", input: "left behind" })).join();
  const again = await queue.submit({ job: "nap", input: 200, retry: 1 });
  assert.equal(await again.result(), 200);
  assert.equal((await again.info()).attempts, 2);
}

/** Checks what is told of modules that cannot be loaded, at first or when a thread or process is replaced. */
export async function checkModulesThatFail(create: (module: string | URL) => Queue): Promise<void> {
  const missing = create("/nowhere/jobs.ts");
  for (let i = 0; i < 2; i++) {
    await assert.rejects(missing.submit({ job: "echo" }), {
      code: "ERR_THENCE_JOBS_MODULE",
      message: /the jobs module file:\/\/\/nowhere\/jobs\.ts cannot be loaded/,
    });
  }
  await missing.close();
  const empty = create(new URL(import.meta.url));
  await assert.rejects(empty.submit({ job: "echo" }), {
    name: "TypeError",
    code: "ERR_THENCE_ARGUMENT",
    message: /expected exports that are made by this package's job\(\)/,
  });
  await empty.close();
  const leaving = create(`data:text/javascript,${encodeURIComponent("process.exit(3)")}`);
  await assert.rejects(leaving.submit({ job: "echo" }), { name: "JobLostError", message: /with code 3/ });
  await leaving.close();
  const folder = mkdtempSync(path.join(tmpdir(), "thence-loads-"));
  process.env["THENCE_TEST_LOADS"] = path.join(folder, "loads");
  const failing = create(new URL("../helpers/jobs/second-load.ts", import.meta.url));
  await assert.rejects((await failing.submit({ job: "exit", input: 3 })).result(), { name: "JobLostError" });
  await assert.rejects((await failing.submit({ job: "echo", input: 1 })).result(), {
    name: "JobLostError",
    message: /can be started: .*not a second time/,
  });
  assert.equal(await (await failing.submit({ job: "echo", input: 2 })).result(), 2);
  await failing.close();
  rmSync(folder, { recursive: true });
}
