// Which tasks are shown: those whose name or group holds the text, in one of the states that are pressed, or in any if none is.

/// <reference lib="dom" />

import type { State } from "../../../core/machine.ts";
import { LOOKS } from "../../../render/theme.ts";
import type { Status } from "../wire.ts";
import { byId, make, setText } from "./dom.ts";
import type { LiveTask, View } from "./model.ts";

const STATES = Object.keys(LOOKS) as State[];

/** The filter above the list of tasks. */
export class Filter implements View {
  readonly #name = byId("name") as HTMLInputElement;
  readonly #states = new Set<State>();
  readonly #buttons = new Map<State, { readonly button: HTMLButtonElement; readonly count: HTMLElement }>();

  /** Calls back when other tasks are to be shown. */
  constructor(onChange: () => void) {
    this.#name.addEventListener("input", onChange);
    for (const state of STATES) {
      const count = make("span", { class: "count" });
      const button = make(
        "button",
        { type: "button", class: `chip ${state}`, "aria-pressed": "false" },
        make("span", { "aria-hidden": "true" }, LOOKS[state].glyph),
        `${state.toLowerCase()} `,
        count,
      );
      button.hidden = true;
      button.addEventListener("click", () => {
        const isOn = !this.#states.delete(state);
        if (isOn) this.#states.add(state);
        button.setAttribute("aria-pressed", String(isOn));
        onChange();
      });
      this.#buttons.set(state, { button, count });
    }
    byId("states").append(...[...this.#buttons.values()].map(({ button }) => button));
  }

  status({ counts }: Status): void {
    for (const [state, { button, count }] of this.#buttons) {
      const number = counts[state] ?? 0;
      // A button that has once been there stays: it would otherwise go away under somebody's finger.
      if (number > 0) button.hidden = false;
      setText(count, String(number));
    }
  }

  /** Looks for a text, as if it had been typed. */
  search(text: string): void {
    this.#name.value = text;
    this.#name.dispatchEvent(new Event("input"));
  }

  /** Whether all tasks are shown. */
  get isEmpty(): boolean {
    return this.#states.size === 0 && this.#name.value.trim() === "";
  }

  /** A function that tells whether a task is shown. */
  test(): (task: LiveTask) => boolean {
    const text = this.#name.value.trim().toLowerCase();
    const states = this.#states;
    return ({ name, group, state }) =>
      (states.size === 0 || states.has(state)) &&
      (text === "" || name.toLowerCase().includes(text) || (group?.toLowerCase().includes(text) ?? false));
  }
}
