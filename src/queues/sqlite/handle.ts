// A handle: the number of a row, and the questions that can be asked about it. It holds nothing, so that it may be dropped.

import type { JobEvents, JobHandle, JobInfo, WaitOptions } from "../../core/job-queue.ts";
import { checkFrom, checkListener, checkReason, checkWait } from "../request.ts";
import { cancelJob } from "./claims.ts";
import { INFO, Join, Listener, RESULT, readLog, type Site } from "./observers.ts";
import { cleanedAway, findRow, infoOf } from "./rows.ts";

/** A job in an SQLite queue. */
export class SqliteHandle implements JobHandle {
  readonly id: string;
  readonly #seq: number;
  readonly #site: Site;
  #listeners: Listener[] = [];

  constructor(site: Site, seq: number, id: string) {
    this.#site = site;
    this.#seq = seq;
    this.id = id;
  }

  async info(): Promise<JobInfo> {
    this.#site.check();
    const { store } = this.#site;
    const row = await store.read(() => findRow(store, this.#seq));
    if (row === undefined) throw cleanedAway(store, this.id);
    return infoOf(row);
  }

  async join(options: WaitOptions = {}): Promise<JobInfo> {
    checkWait(options);
    return new Join(this.#site, this.#seq, this.id, options, INFO).ended;
  }

  async result(options: WaitOptions = {}): Promise<unknown> {
    checkWait(options);
    return new Join(this.#site, this.#seq, this.id, options, RESULT).ended;
  }

  async cancel(reason?: string): Promise<boolean> {
    checkReason(reason);
    this.#site.check();
    const { store } = this.#site;
    return store.write(() => cancelJob(store, this.#seq, reason ?? null));
  }

  async logs(from: number = 0): Promise<readonly string[]> {
    checkFrom(from);
    this.#site.check();
    const { store } = this.#site;
    return (await store.read(() => readLog(store, this.#seq, from))).map(({ line }) => line);
  }

  on<E extends keyof JobEvents>(event: E, listener: JobEvents[E]): this {
    checkListener(event, listener);
    const site = this.#site;
    const observer = new Listener(site.store, event, listener);
    this.#listeners.push(observer);
    // Not before the caller has the handle in hand.
    setImmediate(() => {
      if (!this.#listeners.includes(observer)) return;
      try {
        site.follow();
        site.watch.add(this.#seq, observer);
      } catch {
        // The queue was closed meanwhile, or has failed, which joins tell.
      }
    });
    return this;
  }

  off<E extends keyof JobEvents>(event: E, listener: JobEvents[E]): this {
    const gone = this.#listeners.find((each) => each.event === event && each.listener === listener);
    if (gone === undefined) return this;
    this.#listeners = this.#listeners.filter((each) => each !== gone);
    this.#site.watch.remove(this.#seq, gone);
    return this;
  }
}
