// A real browser for tests of pages and pictures: Debian's Chromium without a window. Where there is none, tests say so and are skipped.

import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { hasBrowser, openBrowser } from "../../examples/lib/browser.ts";

export { openBrowser };

/** The reason for which tests that need a browser are skipped; `false` if there is one. */
export const noChromium: string | false = hasBrowser ? false : "no Chromium here (set CHROMIUM to the path of one)";

/** A page, and everything that went wrong in it: errors, console errors and warnings, violations of its policy, dialogs. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  readonly faults: readonly string[];
}

/** Opens a page of its own context; `await using` closes it. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") faults.push(`${message.type()}: ${message.text()}`);
  });
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { page, faults, [Symbol.asyncDispose]: () => context.close() };
}

/** Keeps a picture of the page below `out/screenshots`, which is not part of the repository. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = path.join(import.meta.dirname, "..", "..", "out", "screenshots");
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
}
