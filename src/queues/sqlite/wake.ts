// News from other processes. Whoever commits writes to the log beside the database, and the operating system tells us so within a
// millisecond; a slow poll stands behind that. Both only make us look: `data_version` says whether others have committed anything.

import { realpathSync, watch, type FSWatcher } from "node:fs";
import { basename, dirname } from "node:path";

/** How long after a sign of news to look again, since a commit becomes visible a moment after its last write to the file. */
const LOOKS = [1, 4, 15, 60];
const POLL = 500;
const POLL_UNWATCHED = 20;

/** Calls `changed` when another connection has committed. It keeps the process alive while it is held. */
export class Wake {
  readonly #path: string;
  readonly #version: () => number;
  readonly #changed: (isPoll: boolean) => void;
  #seen = -1;
  #watcher: FSWatcher | undefined;
  #poll: NodeJS.Timeout | undefined;
  #looks = 0;
  #look: NodeJS.Timeout | undefined;
  #holds = 0;

  constructor(path: string, version: () => number, changed: (isPoll: boolean) => void) {
    this.#path = path;
    this.#version = version;
    this.#changed = changed;
  }

  /** Begins to watch; twice is once. */
  start(): void {
    if (this.#poll !== undefined) return;
    const file = realpathSync(this.#path);
    const log = `${basename(file)}-wal`;
    try {
      this.#watcher = watch(dirname(file), { persistent: false }, (_, name) => {
        if (name === null || name === log) this.#sign();
      });
      this.#watcher.on("error", () => this.#unwatched());
      this.#every(POLL);
    } catch {
      this.#unwatched();
    }
    this.#seen = this.#version();
  }

  /** Without news from the system (it limits how much may be watched) a quick poll must do. */
  #unwatched(): void {
    this.#watcher?.close();
    this.#every(POLL_UNWATCHED);
  }

  #every(ms: number): void {
    clearInterval(this.#poll);
    this.#poll = setInterval(() => this.#check(true), ms);
    if (this.#holds === 0) this.#poll.unref();
  }

  #sign(): void {
    this.#looks = 0;
    this.#check(false);
    if (this.#look === undefined) this.#lookAgain();
  }

  #lookAgain(): void {
    const ms = LOOKS[this.#looks++];
    this.#look = undefined;
    if (ms === undefined) return;
    this.#look = setTimeout(() => {
      this.#check(false);
      this.#lookAgain();
    }, ms).unref();
  }

  #check(isPoll: boolean): void {
    let version: number;
    try {
      version = this.#version();
    } catch {
      // Locked at this moment; the next look will tell.
      return;
    }
    if (version === this.#seen && !isPoll) return;
    this.#seen = version;
    this.#changed(isPoll);
  }

  /** Keeps the process alive until `release()`. */
  hold(): void {
    if (this.#holds++ === 0) this.#poll?.ref();
  }

  release(): void {
    if (--this.#holds === 0) this.#poll?.unref();
  }

  stop(): void {
    this.#watcher?.close();
    clearInterval(this.#poll);
    clearTimeout(this.#look);
    this.#poll = undefined;
    this.#look = undefined;
  }
}
