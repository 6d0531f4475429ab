// Sees to it that process groups do not outlive the thread or process that has started them, however that ends. A small shell waits
// for the end of its input, which comes even after SIGKILL and when a thread is terminated; then it kills the groups.

import { spawn, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";

// Each line is the present list of groups.
const SCRIPT = 'groups=; while read -r line; do groups=$line; done; for g in $groups; do kill -KILL "-$g"; done';

const groups = new Set<number>();
let shell: ChildProcess | undefined;

/** From now on the process group dies with this thread or process. Where there is no POSIX shell, nothing happens. */
export function guardGroup(pid: number): void {
  groups.add(pid);
  write();
}

/** The process group has ended. */
export function releaseGroup(pid: number): void {
  if (groups.delete(pid)) write();
}

/** Kills a process group; one that has ended already is no error. */
export function killGroup(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(process.platform === "win32" ? pid : -pid, signal);
  } catch {
    // All of it has ended.
  }
}

function write(): void {
  if (process.platform === "win32") return;
  shell ??= start();
  shell.stdin?.write(`${[...groups].join(" ")}\n`);
}

function start(): ChildProcess {
  const child = spawn("/bin/sh", ["-c", SCRIPT], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  child.on("error", () => {});
  child.stdin.on("error", () => {});
  child.unref();
  (child.stdin as Socket).unref();
  return child;
}
