// What another process sees of an in-memory queue: a directory with one file for each job. It is enough to find a job and to join it.

import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { JobInfo } from "../../src/core/job-queue.ts";
import type { MemoryEngine } from "./memory-engine.ts";
import type { Row } from "./memory-row.ts";

/** The part of a queue that can be looked at from elsewhere. */
export interface Mirror {
  find(id: string): Promise<{ info(): Promise<JobInfo>; join(): Promise<JobInfo> } | undefined>;
  close(): Promise<void>;
}

/** Writes down whatever happens to the jobs called `hold`, and waits for nothing. */
export function reflect(engine: MemoryEngine, dir: string): void {
  const write = ({ info }: Row): void => {
    if (!existsSync(dir)) return;
    const file = path.join(dir, info.id);
    writeFileSync(`${file}.new`, JSON.stringify(info));
    renameSync(`${file}.new`, file);
  };
  const submit = engine.submit.bind(engine);
  engine.submit = (request) => {
    const row = submit(request);
    if (request.job !== "hold") return row;
    row.watchers.add(() => write(row));
    write(row);
    return row;
  };
}

/** Opens what `reflect` writes. */
export function openMirror(dir: string): Mirror {
  const info = async (id: string): Promise<JobInfo> => JSON.parse(readFileSync(path.join(dir, id), "utf8")) as JobInfo;
  const join = async (id: string): Promise<JobInfo> => {
    for (;;) {
      const found = await info(id);
      if (found.endedAt !== undefined) return found;
      await sleep(5);
    }
  };
  return { find: async (id) => ({ info: () => info(id), join: () => join(id) }), close: async () => {} };
}

/** One that finds nothing. */
export function openBlind(_dir: string): Mirror {
  return { find: async () => undefined, close: async () => {} };
}

/** One that never learns how a job ends. */
export function openDeaf(dir: string): Mirror {
  const find: Mirror["find"] = async (id) => {
    const handle = await openMirror(dir).find(id);
    return handle && { ...handle, join: () => sleep(60_000).then(() => handle.info()) };
  };
  return { find, close: async () => {} };
}

/** One that keeps its process alive. */
export function openRestless(dir: string): Mirror {
  setInterval(() => {}, 1000);
  return openMirror(dir);
}
