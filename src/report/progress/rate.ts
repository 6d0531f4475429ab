// How many tasks have ended per second, over the last seconds.

const WINDOW = 10_000;
const STEP = 500;
/** Before so many milliseconds a rate says nothing. */
const LEAST = 1_000;

/** Measures how fast a number grows. */
export class Rate {
  readonly #samples: { at: number; amount: number }[] = [];

  /** The growth per second, when the number is `amount` now; `undefined` as long as that says nothing. */
  at(now: number, amount: number): number | undefined {
    const samples = this.#samples;
    if (samples.length === 0 || now - (samples.at(-1) as { at: number }).at >= STEP) samples.push({ at: now, amount });
    while (samples.length > 2 && now - (samples[0] as { at: number }).at > WINDOW) samples.shift();
    const [{ at: since, amount: before }] = samples as [{ at: number; amount: number }];
    return now - since < LEAST || amount <= before ? undefined : ((amount - before) * 1000) / (now - since);
  }
}
