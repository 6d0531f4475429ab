// Which task is open in the panel. It is in the URL's fragment, so that it is still open after a reload.

/// <reference lib="dom" />

/** The task that is open, by its index. */
export class Selection {
  #index: number | undefined = readFragment();
  readonly #listeners: ((index: number | undefined, hadFocus: boolean) => void)[] = [];

  get index(): number | undefined {
    return this.#index;
  }

  /** Calls back at each change, with whether the focus is to follow. */
  onChange(listener: (index: number | undefined, takesFocus: boolean) => void): void {
    this.#listeners.push(listener);
  }

  /** Opens a task, or with `undefined` none. */
  set(index: number | undefined, takesFocus: boolean): void {
    if (index !== this.#index) {
      this.#index = index;
      history.replaceState(null, "", index === undefined ? location.pathname : `#task=${index}`);
    }
    for (const listener of this.#listeners) listener(index, takesFocus);
  }
}

function readFragment(): number | undefined {
  const [, index] = /^#task=(\d{1,9})$/.exec(location.hash) ?? [];
  return index === undefined ? undefined : Number(index);
}
