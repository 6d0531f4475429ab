// Which process a number means. Numbers are given out again, so a process is its number together with the time of its start.

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";

/** A process that cannot be mistaken for a later one of the same number. */
export interface Identity {
  readonly pid: number;
  /** When it started, in words of the system: only good for comparing. */
  readonly start: string;
}

/** The start of a process that had ended before anybody could look. No process has it. */
export const GONE = "gone";

/** When the process of this number started; undefined if there is none, or only what is left until its parent looks. */
export function startOf(pid: number): Promise<string | undefined> {
  return process.platform === "linux" ? startFromProc(pid) : startFromPs(pid);
}

/** Whether this very process still exists. */
export async function isAlive({ pid, start }: Identity): Promise<boolean> {
  return (await startOf(pid)) === start;
}

let bootId: Promise<string> | undefined;

/** Field 22 of stat counts clock ticks since the system was started, so the id of that start goes with it. */
async function startFromProc(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  // The second field is the program's name in parentheses, and may hold blanks and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, ticks] = [fields[0], fields[19]];
  if (ticks === undefined || isRemnant(state)) return undefined;
  bootId ??= readFile("/proc/sys/kernel/random/boot_id", "latin1").catch(() => "");
  return `${ticks}@${(await bootId).trim()}`;
}

/** For systems without /proc; the time is in whole seconds. @internal Exported for its test. */
export function startFromPs(pid: number): Promise<string | undefined> {
  const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  return new Promise((resolve) => {
    execFile("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { env }, (error, stdout) => {
      const [state, ...start] = stdout.trim().split(/\s+/);
      resolve(error !== null || start.length === 0 || isRemnant(state) ? undefined : start.join(" "));
    });
  });
}

/** Zombies and processes about to vanish do nothing any more. */
function isRemnant(state: string | undefined): boolean {
  return state === undefined || /^[ZXx]/.test(state);
}

/** Sends a signal to a process, or to the group of a negative number. False if there is none. */
export function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}
