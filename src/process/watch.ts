// Waiting for something to happen in a folder. The system's events only wake; who was woken looks at the files. Since events can
// get lost, and an end of a process in the wrong way writes nothing, everybody also looks from time to time.

import { watch, type FSWatcher } from "node:fs";

/** How long anything can go unnoticed, in milliseconds. */
const POLL = 100;

/** Wakes those who wait for changes in one folder. Close it after use. */
export class FolderWatch {
  readonly #watcher: FSWatcher | undefined;
  #hasChanged = false;
  #wake: (() => void) | undefined;

  constructor(folder: string) {
    const changed = (): void => {
      this.#hasChanged = true;
      this.#wake?.();
    };
    try {
      // The timer below keeps the program alive while somebody waits; one who has lost interest must not.
      this.#watcher = watch(folder, { persistent: false }, changed).on("error", () => {});
    } catch {
      // No such folder, or the system has no watches left: looking from time to time must do.
    }
  }

  /** Resolves after a change since the last call, at the latest after `most` milliseconds. Rejects with the reason of an abort. */
  async next(most: number = POLL, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (!this.#hasChanged) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, Math.min(most, POLL));
      const abort = (): void => resolve();
      signal?.addEventListener("abort", abort);
      this.#wake = resolve;
      await promise;
      signal?.removeEventListener("abort", abort);
      clearTimeout(timer);
    }
    this.#hasChanged = false;
    signal?.throwIfAborted();
  }

  close(): void {
    this.#watcher?.close();
  }
}
