// Amounts of things that tasks use while they run: all of what a task needs or nothing.

type Amounts = Readonly<Record<string, number>>;

/** Named amounts that tasks take all or nothing. */
export class Resources {
  readonly #total: ReadonlyMap<string, number>;
  readonly #used = new Map<string, { amount: number; holders: number }>();

  constructor(total: Amounts) {
    this.#total = new Map(Object.entries(total));
  }

  /** Takes `uses` if all of it is free and none of its names is in `reserved`; else reserves its names and takes nothing. */
  take(uses: Amounts, reserved: Set<string>): boolean {
    const entries = Object.entries(uses);
    const fits = entries.every(([name, amount]) => !reserved.has(name) && this.#fits(name, amount));
    for (const [name, amount] of entries) {
      if (fits) this.#use(name, amount, 1);
      else reserved.add(name);
    }
    return fits;
  }

  /** Reserves all names of `uses`. */
  reserve(uses: Amounts, reserved: Set<string>): void {
    for (const name of Object.keys(uses)) reserved.add(name);
  }

  give(uses: Amounts): void {
    for (const [name, amount] of Object.entries(uses)) this.#use(name, -amount, -1);
  }

  // Sums of fractions are not exact: a billionth more than there is will do.
  #fits(name: string, amount: number): boolean {
    const total = this.#total.get(name) ?? 0;
    return (this.#used.get(name)?.amount ?? 0) + amount <= total * (1 + 1e-9);
  }

  #use(name: string, amount: number, holders: number): void {
    const used = this.#used.get(name) ?? { amount: 0, holders: 0 };
    used.holders += holders;
    used.amount = used.holders === 0 ? 0 : used.amount + amount;
    this.#used.set(name, used);
  }
}
