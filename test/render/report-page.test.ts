// Reports as people use them: in a real browser, with the mouse, with the keyboard, with and without scripts.

import assert from "node:assert/strict";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import axe, { type AxeResults } from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { toReport } from "thence/render";
import { noChromium, openBrowser, openPage, screenshot, type WatchedPage } from "../helpers/chromium.ts";
import { HOSTILE_NAMES } from "./names.ts";
import { Play } from "./played.ts";

async function pipeline(): Promise<string> {
  const play = new Play();
  const uses = { db: 1 };
  const fetched = play.task("fetch", 120, { fails: 2, retry: { limit: 3, delay: 100 }, group: "get" });
  const tables = ["customers", "orders", "stock"].map((name, place) =>
    play.task(`import ${name}`, 200 + 90 * place, { after: [fetched], uses, group: "load" }),
  );
  const forecast = play.task("forecast", 40, { after: tables.slice(2), fails: 1 });
  const mail = play.task("mail", 10, { after: [forecast] });
  const index = play.task("index", 300, { after: tables });
  return toReport(await play.run([mail, index], { resources: { db: 2 }, concurrency: 3 }), { title: "Nightly import" });
}

describe("a report in a browser", { skip: noChromium }, () => {
  let browser: Browser;
  let folder: Awaited<ReturnType<typeof mkdtempDisposable>>;
  before(async () => {
    browser = await openBrowser();
    folder = await mkdtempDisposable(path.join(tmpdir(), "thence-report-"));
  });
  after(async () => {
    await browser?.close();
    await folder?.remove();
  });

  async function open(html: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
    const file = path.join(folder.path, "report.html");
    await writeFile(file, html);
    const watched = await openPage(browser, options);
    await watched.page.goto(pathToFileURL(file).href);
    return watched;
  }

  const names = (page: Page): Promise<string[]> => page.locator("tbody tr:visible th bdi").allTextContents();

  test("opens without a fault, fetches nothing, and runs no script but its own", async () => {
    const requests: string[] = [];
    await using watched = await openPage(browser);
    const { page, faults } = watched;
    page.on("request", (request) => requests.push(request.url()));
    const file = path.join(folder.path, "report.html");
    await writeFile(file, await pipeline());
    await page.goto(pathToFileURL(file).href);
    await screenshot(page, "report");
    assert.deepEqual(
      requests.filter((url) => !url.startsWith("data:")),
      [pathToFileURL(file).href],
    );
    assert.deepEqual(faults, []);
    await page.evaluate(() => {
      const script = globalThis.document.createElement("script");
      script.textContent = "globalThis.isHacked = true";
      globalThis.document.body.append(script);
    });
    assert.equal(await page.evaluate("globalThis.isHacked"), undefined);
    assert.match(faults.join(), /Content Security Policy/);
  });

  test("names and errors of every kind stay text", async () => {
    const play = new Play();
    const tasks = HOSTILE_NAMES.map((name) => play.task(name, 1, { fails: 1, group: name }));
    await using watched = await open(await toReport(await play.run(tasks)));
    assert.deepEqual(watched.faults, []);
    assert.equal(await watched.page.locator("script").count(), 1);
    assert.equal(await watched.page.locator("tbody tr").count(), HOSTILE_NAMES.length);
    assert.ok((await names(watched.page)).includes("<script>alert(1)</script>"));
  });

  test("the table is sorted by any column, both ways, by mouse and by keyboard", async () => {
    await using watched = await open(await pipeline());
    const { page } = watched;
    const head = (name: string) => page.getByRole("columnheader", { name });
    await page.getByRole("button", { name: "Duration" }).click();
    assert.equal(await head("Duration").getAttribute("aria-sort"), "ascending");
    const byDuration = ["forecast", "import customers", "import orders", "index", "fetch", "import stock", "mail"];
    assert.deepEqual(await names(page), byDuration);
    await page.keyboard.press("Enter");
    assert.equal(await head("Duration").getAttribute("aria-sort"), "descending");
    assert.deepEqual(await names(page), [...byDuration.slice(0, 6).toReversed(), "mail"]);
    await page.getByRole("button", { name: "Task" }).focus();
    await page.keyboard.press("Space");
    assert.equal(await head("Duration").getAttribute("aria-sort"), null);
    assert.deepEqual(await names(page), byDuration.toSorted());
    await page.getByRole("button", { name: "State" }).click();
    assert.deepEqual(
      (await page.locator("tbody td:first-child").allTextContents()).map((text) => text.slice(2)),
      [...Array.from({ length: 5 }, () => "DONE"), "FAILED", "FAILED"],
    );
    assert.deepEqual(watched.faults, []);
  });

  test("the table is filtered by name and by state, and says how much is left", async () => {
    await using watched = await open(await pipeline());
    const { page } = watched;
    const says = (text: string): Promise<void> => page.getByRole("status").filter({ hasText: text }).waitFor();
    await page.getByRole("searchbox", { name: "Name" }).fill("IMPORT");
    await says("3 of 7 tasks");
    assert.deepEqual(await names(page), ["import customers", "import stock", "import orders"]);
    await page.getByRole("searchbox", { name: "Name" }).fill("");
    await page.getByRole("checkbox", { name: "DONE" }).press("Space");
    await says("2 of 7 tasks");
    assert.deepEqual(await names(page), ["forecast", "mail"]);
    await page.getByRole("checkbox", { name: "FAILED" }).uncheck();
    await says("0 of 7 tasks");
    assert.deepEqual(watched.faults, []);
  });

  test("a bar, a box of the graph or a failure leads to the row of its task, filtered out or not", async () => {
    await using watched = await open(await pipeline());
    const { page } = watched;
    const found = (): Promise<string[]> => page.locator("tr.found th bdi").allTextContents();
    await page.getByRole("searchbox", { name: "Name" }).fill("mail");
    await page
      .locator("svg.timeline .bar")
      .filter({ hasText: /^import stock/ })
      .first()
      .click();
    assert.deepEqual(await found(), ["import stock"]);
    await page.locator("#graph ~ .scroll svg .node").filter({ hasText: "index" }).click();
    assert.deepEqual(await found(), ["index"]);
    await page.locator("article").getByRole("link", { name: "forecast" }).click();
    assert.deepEqual(await found(), ["forecast"]);
    assert.ok(await page.locator("tr.found").isVisible());
    assert.deepEqual(watched.faults, []);
  });

  test("without scripts all is there but the filter", async () => {
    await using watched = await open(await pipeline(), { javaScriptEnabled: false });
    const { page } = watched;
    assert.equal(await page.locator("tbody tr:visible").count(), 7);
    assert.equal(await page.locator("svg").first().isVisible(), true);
    assert.equal(await page.getByRole("searchbox").count(), 0);
    assert.equal(await page.getByRole("button").count(), 0);
    await page.locator("article").getByRole("link", { name: "forecast" }).click();
    assert.match(page.url(), /#task-\d+$/);
  });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`axe finds nothing to say of a ${colorScheme} report, wide or narrow`, async () => {
      for (const width of [1280, 390]) {
        await using watched = await open(await pipeline(), { colorScheme, viewport: { width, height: 900 } });
        const { page } = watched;
        await page.locator("details").evaluateAll((all) => all.forEach((each) => each.setAttribute("open", "")));
        await screenshot(page, `report-${colorScheme}-${width}`);
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate<AxeResults>("axe.run()");
        assert.deepEqual(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" ")}`),
          [],
        );
        const isWider = await page.evaluate(
          "document.documentElement.scrollWidth > document.documentElement.clientWidth",
        );
        assert.equal(isWider, false, `at ${width} pixels the page itself does not scroll sideways`);
      }
    });
  }
});
