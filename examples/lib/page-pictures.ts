// Pictures of the pages that thence makes, as a real Chromium shows them: the live page in the middle of a run, and a report.

import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { make, type Task } from "thence";
import { serve } from "thence/server";
import { openBrowser } from "./browser.ts";
import { releaseTasks } from "./release.ts";

/** The live page of a release that is half done, with one of its tasks opened, as PNG. */
export async function livePagePicture(): Promise<Buffer> {
  const run = make(releaseTasks(400), { concurrency: 5, resources: { database: 1 } });
  await using page = await serve(run);
  const stopped = stopAfter(run, "compile cli");
  const picture = await photograph(page.url, async (tab) => {
    await tab.getByRole("button", { name: "Fit" }).waitFor();
    void run.next();
    await stopped;
    await tab.getByText("test core", { exact: true }).first().click();
    await tab.waitForTimeout(1_000);
  });
  await run.return();
  return picture;
}

/** A report that has been written to a file, as PNG. Stacks name the folders of whoever draws it, and are left out. */
export function reportPicture(file: string): Promise<Buffer> {
  return photograph(pathToFileURL(file).href, async (tab) => {
    for (const stack of await tab.locator("pre").all())
      await stack.evaluate((element) => (element.style.display = "none"));
  });
}

async function photograph(url: string, prepare?: (page: Page) => Promise<void>): Promise<Buffer> {
  await using browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(url);
  await prepare?.(page);
  return await page.screenshot();
}

function stopAfter(run: { on(event: "DONE", listener: (news: { task: Task }) => void): unknown }, name: string) {
  return new Promise<void>((resolve) => run.on("DONE", ({ task }) => task.name === name && resolve()));
}
