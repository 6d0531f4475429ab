// The open database with its prepared statements, and the writes: those asked for in one turn of the event loop go into one
// transaction, because a commit costs as much as ten jobs. Each write is told apart: if one cannot be carried out, the others are.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { QueueClosedError } from "../../core/job-errors.ts";
import { isBusy, queueError } from "./failures.ts";

interface Write {
  readonly apply: () => unknown;
  readonly since: number;
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** How long one transaction may take before the event loop gets its turn. */
const SLICE = 8;
const BUSY_PAUSE = 10;

/** A database and the writes that wait for it. */
export class Store {
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #patience: number;
  readonly #statements = new Map<string, StatementSync>();
  #waiting: Write[] = [];
  #isScheduled = false;
  #tick: number | undefined;
  #isOpen = true;
  #drained: (() => void) | undefined;
  /** Called after each transaction of this connection. */
  committed: () => void = () => {};

  constructor(path: string, database: DatabaseSync, patience: number) {
    this.path = path;
    this.#database = database;
    this.#patience = patience;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** A prepared statement, made once. */
  sql(text: string): StatementSync {
    let statement = this.#statements.get(text);
    if (statement === undefined) this.#statements.set(text, (statement = this.#database.prepare(text)));
    return statement;
  }

  /** The first row that a query finds. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- SQL does not tell; the query's author does.
  row<T>(text: string, ...values: (string | number | null)[]): T | undefined {
    return this.sql(text).get(...values) as T | undefined;
  }

  /** All rows that a query finds. */
  rows<T>(text: string, ...values: (string | number | null)[]): T[] {
    return this.sql(text).all(...values) as T[];
  }

  /** Carries out a statement; how many rows it has changed. */
  run(text: string, ...values: (string | number | null)[]): number {
    return this.sql(text).run(...values).changes as number;
  }

  /** The number of the present transaction; only within a write. */
  tick(): number {
    this.#tick ??= this.row<{ tick: number }>("UPDATE clock SET tick = tick + 1 RETURNING tick")!.tick;
    return this.#tick;
  }

  /** Reads something. @throws QueueError, QueueClosedError. */
  async read<T>(query: () => T): Promise<T> {
    for (const since = Date.now(); ;) {
      if (!this.#isOpen) throw closed(this.path);
      try {
        return query();
      } catch (error) {
        if (!isBusy(error) || Date.now() - since > this.#patience) throw queueError(this.path, error);
        await new Promise((wake) => {
          setTimeout(wake, BUSY_PAUSE);
        });
      }
    }
  }

  /**
   * Carries out `apply` in the next transaction, and resolves with what it returns once that is committed. `apply` may be called
   * again if the transaction has to be repeated, so it only touches the database. @throws QueueError, QueueClosedError.
   */
  write<T>(apply: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (!this.#isOpen) return reject(closed(this.path));
      this.#waiting.push({ apply, since: Date.now(), resolve, reject });
      if (!this.#isScheduled) setImmediate(this.#flush);
      this.#isScheduled = true;
    });
  }

  readonly #flush = (): void => {
    const batch = this.#waiting;
    this.#waiting = [];
    const left = this.#commit(batch);
    this.#waiting = left.length === 0 ? this.#waiting : [...left, ...this.#waiting];
    this.#isScheduled = this.#waiting.length > 0;
    if (this.#isScheduled && left[0] === batch[0]) setTimeout(this.#flush, BUSY_PAUSE);
    else if (this.#isScheduled) setImmediate(this.#flush);
    else this.#drained?.();
  };

  /** Commits as many writes as fit; the rest, or all if another process has the lock, are given back. */
  #commit(batch: readonly Write[]): readonly Write[] {
    const results: unknown[] = [];
    try {
      this.#transact(batch, results);
    } catch (error) {
      if (isBusy(error)) return this.#withoutImpatient(batch, error);
      if (batch.length > 1) return batch.flatMap((write) => this.#commit([write]));
      batch[0]?.reject(queueError(this.path, error));
      return [];
    }
    results.forEach((result, index) => batch[index]?.resolve(result as never));
    this.committed();
    return batch.slice(results.length);
  }

  #transact(batch: readonly Write[], results: unknown[]): void {
    this.#tick = undefined;
    this.sql("BEGIN IMMEDIATE").run();
    try {
      const start = performance.now();
      for (const { apply } of batch) {
        results.push(apply());
        if (results.length % 32 === 0 && performance.now() - start > SLICE) break;
      }
      this.sql("COMMIT").run();
    } catch (error) {
      // A full disk may have rolled it back already.
      if (this.#database.isTransaction) this.sql("ROLLBACK").run();
      throw error;
    } finally {
      this.#tick = undefined;
    }
  }

  #withoutImpatient(batch: readonly Write[], error: unknown): readonly Write[] {
    const limit = Date.now() - this.#patience;
    return batch.filter(({ since, reject }) => {
      if (since > limit) return true;
      reject(queueError(this.path, error));
      return false;
    });
  }

  /** Carries out what waits, then closes the database. */
  async close(): Promise<void> {
    if (this.#isScheduled) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
    }
    this.#isOpen = false;
    this.#statements.clear();
    this.#database.close();
  }
}

/** The error of a queue that was closed in this process. */
export function closed(path: string): QueueClosedError {
  return new QueueClosedError(`the queue ${path} was closed here`);
}
