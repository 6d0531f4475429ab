// What one page has been told, and what it is to be told next. A page that takes its time gets less: it is told how things stand
// when it asks, not what happened in between. So nothing piles up for it, and everybody can catch up from anywhere.

import type { Watch } from "./watch.ts";
import type { Hello } from "./wire.ts";
import { changeOf, descriptionOf, titleOf } from "./words.ts";

/** How many tasks one message describes. */
const BATCH = 1_000;

/** A message to the page; with `id` it comes back when it reconnects. */
export interface Message {
  readonly event: "hello" | "tasks" | "changes" | "status" | "bye";
  readonly data: string;
  readonly id?: string;
}

/** One page's place in the course of things. */
export class Feed {
  readonly #watch: Watch;
  #epoch = "";
  /** The page knows all tasks as they were at this version, once it has been told of them. */
  #version = 0;
  #statusAt = 0;
  /** The first acquaintance: the tasks of before `#until` are yet to be described, from `#told` on. */
  #told = 0;
  #until = 0;
  #pending: Message[] = [];

  /** `lastId` is the id of the last message that the page got, if it is reconnecting. */
  constructor(watch: Watch, lastId: string | undefined) {
    this.#watch = watch;
    const [epoch = "", digits] = (lastId ?? "").split(".");
    const version = Number(digits);
    if (epoch !== watch.roll.epoch || !(version >= 1 && version <= watch.version)) return;
    this.#epoch = epoch;
    this.#version = version;
  }

  /** The next message; `undefined` when the page knows all there is to know. */
  next(): Message | undefined {
    const { roll, version, statusAt, status } = this.#watch;
    if (this.#epoch !== roll.epoch) return this.#begin();
    if (this.#told < this.#until) return this.#introduce();
    if (this.#statusAt !== statusAt) {
      this.#statusAt = statusAt;
      return { event: "status", data: JSON.stringify(status) };
    }
    if (this.#pending.length === 0 && this.#version < version) {
      this.#pending = changesSince(this.#watch, this.#version).slice();
      this.#version = version;
    }
    return this.#pending.shift();
  }

  #begin(): Message {
    const { roll, version } = this.#watch;
    this.#epoch = roll.epoch;
    this.#version = version;
    this.#statusAt = this.#told = 0;
    this.#until = roll.tasks.length;
    this.#pending = [];
    const hello: Hello = { epoch: roll.epoch, title: titleOf(roll), now: Date.now(), tasks: this.#until };
    return { event: "hello", data: JSON.stringify(hello) };
  }

  #introduce(): Message {
    const { tasks } = this.#watch.roll;
    const until = Math.min(this.#until, this.#told + BATCH);
    const described = tasks.slice(this.#told, until).map((_, k) => descriptionOf(this.#watch, this.#told + k));
    this.#told = until;
    const data = JSON.stringify(described);
    return { event: "tasks", data, ...(until < this.#until ? {} : { id: `${this.#epoch}.${this.#version}` }) };
  }
}

interface Delta {
  readonly from: number;
  readonly to: number;
  readonly messages: readonly Message[];
}

const deltas = new WeakMap<Watch, Delta>();

// Pages that are up to date get the same, so it is put into words once.
function changesSince(watch: Watch, from: number): readonly Message[] {
  const { version: to, roll, changed, described } = watch;
  const known = deltas.get(watch);
  if (known?.from === from && known.to === to) return known.messages;
  const added: number[] = [];
  const moved: number[] = [];
  for (const [index, version] of changed.entries()) {
    if ((described[index] as number) > from) added.push(index);
    else if (version > from) moved.push(index);
  }
  const id = `${roll.epoch}.${to}`;
  const messages: Message[] = [];
  if (added.length > 0) {
    const data = JSON.stringify(added.map((index) => descriptionOf(watch, index)));
    messages.push({ event: "tasks", data, ...(moved.length > 0 ? {} : { id }) });
  }
  if (moved.length > 0) {
    messages.push({ event: "changes", data: JSON.stringify(moved.map((index) => changeOf(watch, index))), id });
  }
  deltas.set(watch, { from, to, messages });
  return messages;
}
