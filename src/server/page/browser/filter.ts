// Which tasks are shown: those whose name or group holds the text, in one of the states that are pressed, or in any if none is, and
// of the group whose box was clicked, or of any.

/// <reference lib="dom" />

import type { State } from "../../../core/machine.ts";
import { isolated, printable, shorten } from "../../../render/text.ts";
import { LOOKS } from "../../../render/theme.ts";
import type { Status } from "../wire.ts";
import { byId, make, setText } from "./dom.ts";
import type { LiveTask, View } from "./model.ts";

const STATES = Object.keys(LOOKS) as State[];
/** How much of a group's name the page is told, and how much of it is shown here. */
const GROUP_LENGTH = 300;
const LABEL_LENGTH = 30;

/** The filter above the list of tasks. */
export class Filter implements View {
  readonly #name = byId("name") as HTMLInputElement;
  readonly #states = new Set<State>();
  /** Shows which group, and ends that. */
  readonly #chip = make("button", { type: "button", class: "chip", "aria-pressed": "true" });
  #group: string | undefined;
  readonly #onChange: () => void;
  readonly #buttons = new Map<State, { readonly button: HTMLButtonElement; readonly count: HTMLElement }>();

  /** Calls back when other tasks are to be shown. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
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
    this.#chip.hidden = true;
    this.#chip.addEventListener("click", () => {
      this.showGroup(undefined);
      this.#name.focus();
    });
    byId("states").append(this.#chip, ...[...this.#buttons.values()].map(({ button }) => button));
  }

  status({ counts }: Status): void {
    for (const [state, { button, count }] of this.#buttons) {
      const number = counts[state] ?? 0;
      // A button that has once been there stays: it would otherwise go away under somebody's finger.
      if (number > 0) button.hidden = false;
      setText(count, String(number));
    }
  }

  /** Shows the tasks of a group, by its name in a picture, whatever was looked for; `undefined`: of any. */
  showGroup(group: string | undefined): void {
    this.#group = group;
    if (group !== undefined) this.#name.value = "";
    this.#chip.hidden = group === undefined;
    const label = `group ${isolated(shorten(group ?? "", LABEL_LENGTH))}`;
    this.#chip.replaceChildren(make("span", { "aria-hidden": "true" }, "×"), label);
    this.#onChange();
  }

  /** Whether all tasks are shown. */
  get isEmpty(): boolean {
    return this.#group === undefined && this.#states.size === 0 && this.#name.value.trim() === "";
  }

  /** A function that tells whether a task is shown. */
  test(): (task: LiveTask) => boolean {
    const text = this.#name.value.trim().toLowerCase();
    const states = this.#states;
    const isWanted = groupTest(this.#group);
    return ({ name, group, state }) =>
      isWanted(group) &&
      (states.size === 0 || states.has(state)) &&
      (text === "" || name.toLowerCase().includes(text) || (group?.toLowerCase().includes(text) ?? false));
  }
}

// Names in a picture are whole and have stand-ins for what cannot be drawn.
function groupTest(wanted: string | undefined): (group: string | undefined) => boolean {
  if (wanted === undefined) return () => true;
  const short = shorten(wanted, GROUP_LENGTH);
  const known = new Map<string, boolean>();
  return (group) => {
    if (group === undefined) return false;
    let fits = known.get(group);
    if (fits === undefined) known.set(group, (fits = printable(group) === short));
    return fits;
  };
}
