// Where the suite watches its jobs: a directory with one file, to which they write what they do, and one for each gate at which they
// wait. Files work for workers in any thread and process, and in no test must a length of time be guessed.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Waits until `probe` gives something, and returns that. @throws AssertionError after `patience` milliseconds. */
export async function until<T>(
  patience: number,
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const deadline = performance.now() + patience;
  for (let pause = 2; ; pause = Math.min(50, pause * 2)) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) assert.fail(`waited ${patience} ms in vain until ${what}`);
    await sleep(pause);
  }
}

/** The directory of one test. */
export class Stage {
  readonly dir: string;
  readonly #patience: number;

  private constructor(dir: string, patience: number) {
    this.dir = dir;
    this.#patience = patience;
  }

  static async open(patience: number): Promise<Stage> {
    return new Stage(await mkdtemp(path.join(tmpdir(), `thence-suite-${process.pid}-`)), patience);
  }

  /** What jobs have written, line by line: `start a`, `end a`, `abort a`. */
  async lines(): Promise<string[]> {
    const text = await readFile(path.join(this.dir, "journal"), "utf8").catch(() => "");
    return text.split("\n").filter((line) => line !== "");
  }

  /** Waits for a line. */
  async saw(line: string): Promise<void> {
    await until(this.#patience, `a job wrote "${line}"`, async () => (await this.lines()).includes(line));
  }

  /** Lets the jobs go on that wait at a gate. */
  async openGate(gate: string): Promise<void> {
    await writeFile(path.join(this.dir, `gate-${gate}`), "");
  }

  /** Removes the directory, which opens all gates. */
  async close(): Promise<void> {
    await rm(this.dir, { recursive: true, force: true, maxRetries: 3 });
  }
}
