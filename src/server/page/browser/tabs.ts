// The tabs of the pictures: arrow keys move between them, as the pattern for tabs has it.

/// <reference lib="dom" />

import { byId } from "./dom.ts";

/** Makes the tabs work. Calls back with the id of the picture that is shown. */
export function startTabs(ids: readonly string[], onShow: (id: string) => void): void {
  const show = (shown: string, takesFocus: boolean): void => {
    for (const id of ids) {
      const tab = byId(`${id}-tab`);
      tab.setAttribute("aria-selected", String(id === shown));
      tab.tabIndex = id === shown ? 0 : -1;
      byId(id).hidden = id !== shown;
      if (id === shown && takesFocus) tab.focus();
    }
    onShow(shown);
  };
  for (const [place, id] of ids.entries()) {
    const tab = byId(`${id}-tab`);
    tab.addEventListener("click", () => show(id, false));
    tab.addEventListener("keydown", ({ key }) => {
      const step = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
      if (step !== 0) show(ids[(place + step + ids.length) % ids.length] as string, true);
    });
  }
}
