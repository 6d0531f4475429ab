// When a scheduler may not start anything for a while: the event loop is due a turn, or a consumer comes first.

import { platform, type Clock } from "./platform.ts";
import { afterConsumer, awaitTurn, isTurnSpent } from "./turns.ts";

type Wait = (callback: () => void) => void;

/** The rests of a scheduler; a later reason replaces an earlier one. */
export class Rest {
  readonly #resume: () => void;
  readonly #clock: Clock;
  #wait: Wait | undefined = undefined;
  #rests = 0;

  /** `resume` is called at the end of each rest. */
  constructor(clock: Clock, resume: () => void) {
    this.#clock = clock;
    this.#resume = resume;
  }

  /** Whether one is under way. */
  get isOn(): boolean {
    return this.#wait !== undefined;
  }

  /** A consumer has been given something: they come first. */
  forConsumer(): void {
    this.#begin(afterConsumer);
  }

  /** Begins a rest if this turn of the event loop has lasted long enough, and returns whether it has. */
  isDue(now: number): boolean {
    if (!isTurnSpent(this.#clock === platform.clock ? now : platform.clock.now())) return false;
    if (this.#wait !== awaitTurn) this.#begin(awaitTurn);
    return true;
  }

  #begin(wait: Wait): void {
    const rest = ++this.#rests;
    this.#wait = wait;
    wait(() => {
      if (this.#rests !== rest) return;
      this.#wait = undefined;
      this.#resume();
    });
  }
}
