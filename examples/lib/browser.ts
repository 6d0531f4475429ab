// A real browser without a window: Debian's Chromium, or the one that CHROMIUM names. Pictures are taken with it, and pages tested.

import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const program = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser"].find(
  (file) => file !== undefined && file !== "" && existsSync(file),
);

/** Whether there is one. */
export const hasBrowser: boolean = program !== undefined;

/** Starts a browser; `await using` ends it. */
export function openBrowser(): Promise<Browser> {
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath: program ?? "", args: [...args, "--disable-dev-shm-usage"] });
}
