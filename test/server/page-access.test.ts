// The live page without a mouse, without eyes, in light and dark, and on a small screen.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { make, makeLater, task } from "thence";
import { noChromium, openBrowser, screenshot } from "../helpers/chromium.ts";
import { graph } from "../helpers/graph.ts";
import { openLive } from "./live-page.ts";
import { until } from "./until.ts";

describe("access to the live page", { skip: noChromium }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser.close());

  test("everything can be done with the keyboard alone", async () => {
    const { a, b, c } = graph`a -> b -> c`;
    const run = makeLater(c.task);
    await using live = await openLive(browser, run);
    const { page } = live;
    await live.untilState("a", "RUNNING");
    const focused = (): Promise<string> =>
      page.evaluate(() => {
        const element = document.activeElement as HTMLElement;
        return element.getAttribute("aria-label") ?? element.textContent ?? element.id;
      });
    const tabTo = async (what: string): Promise<void> => {
      for (let step = 0; step < 25; step++) {
        if ((await focused()).startsWith(what)) return;
        await page.keyboard.press("Tab");
      }
      assert.fail(`Tab never came to ${what}`);
    };
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "Skip to the tasks");
    await page.keyboard.press("Enter");
    await tabTo("Filter by name");
    await tabTo("a");
    await page.keyboard.press("ArrowDown");
    assert.equal(await focused(), "b");
    await page.keyboard.press("End");
    assert.equal(await focused(), "c");
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await live.panel.waitFor();
    assert.equal(await focused(), "a");
    await tabTo("Cancel");
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle);
    assert.equal(outline, "solid");
    await page.keyboard.press("Enter");
    await live.untilState("c", "CANCELLED");
    await run.finished;
    await until("the focus is on what can be done next", async () => (await focused()) === "Retry");
    await page.keyboard.press("Enter");
    await live.untilState("a", "RUNNING");
    await page.keyboard.press("Escape");
    await live.panel.waitFor({ state: "hidden" });
    assert.equal(await focused(), "a");
    await tabTo("Graph");
    await page.keyboard.press("ArrowRight");
    assert.equal(await focused(), "Timeline");
    await page.keyboard.press("ArrowLeft");
    const width = (): Promise<string | null> => page.locator("#graph > svg").getAttribute("width");
    const before = Number(await width());
    await page.locator("#graph").focus();
    await page.keyboard.press("+");
    assert.ok(Number(await width()) > before);
    await page.keyboard.press("0");
    assert.equal(Number(await width()), before);
    a.finish();
    await live.untilState("b", "RUNNING");
    b.finish();
    await live.untilState("c", "RUNNING");
    c.finish();
    await live.untilState("c", "DONE");
    assert.deepEqual(live.faults, []);
  });

  test("how it stands is said politely, and the graph is a picture with words", async () => {
    const { a } = graph`a`;
    const run = makeLater(a.task);
    await using live = await openLive(browser, run);
    await live.untilState("a", "RUNNING");
    a.fail(new Error("no"));
    await run.finished;
    await live.page.getByRole("status").filter({ hasText: "1 task: 1 failed" }).waitFor({ state: "attached" });
    const picture = live.page.getByRole("img", { name: /^The graph of 1 task/ });
    await picture.waitFor();
    assert.equal(await live.page.getByRole("status").getAttribute("aria-live"), "polite");
  });

  test("the filter shows tasks by name, group and state, and makes the others faint in the graph", async () => {
    const { build, check, deploy } = graph<"build" | "check" | "deploy">`build -> check -> deploy`;
    const extra = task("extra", { group: "nightly", run: () => {} });
    const run = makeLater([deploy.task, extra]);
    await using live = await openLive(browser, run);
    const { page } = live;
    await live.untilState("extra", "DONE");
    await live.node("check").waitFor();
    const field = page.getByRole("searchbox");
    await field.fill("CHE");
    await until("one row is left", async () => (await live.names()).join() === "check");
    assert.match((await live.node("build").getAttribute("class")) ?? "", /faint/);
    await field.fill("nightly");
    await until("its group finds it", async () => (await live.names()).join() === "extra");
    await field.fill("nothing like it");
    await page.getByText("No task is like that.").waitFor();
    await field.fill("");
    await page.getByRole("button", { name: /^running/ }).click();
    await until("what runs is shown", async () => (await live.names()).join() === "build");
    build.finish();
    await until("and what runs then", async () => (await live.names()).join() === "check");
    check.finish();
    await live.untilState("deploy", "RUNNING");
    deploy.finish();
    await run.finished;
  });

  test("the box of a group shows the tasks of that group alone, until that is undone", async () => {
    const groups = ["web", "web-admin", "\u0007odd", `${"long ".repeat(200)}end`];
    const namesOf = (group: string): string[] => Array.from({ length: 550 }, (_, k) => `web ${group.length} ${k}`);
    const tasks = groups.flatMap((group) => namesOf(group).map((name) => task(name, { group, run: () => {} })));
    await using live = await openLive(browser, make(tasks));
    for (const [place, group] of groups.entries()) {
      const box = live.page.locator("#graph g.node[data-group]").nth(place);
      await box.click();
      await until(`${group} is shown`, async () => (await live.names()).join() === namesOf(group).join());
    }
    const chip = live.page.getByRole("button", { name: /^group long .*end$/ });
    assert.equal(await chip.getAttribute("aria-pressed"), "true");
    await screenshot(live.page, "page-group");
    await chip.click();
    await until("all are shown", async () => (await live.names()).length === 2_000);
    assert.equal(await chip.count(), 0);
    assert.deepEqual(live.faults, []);
  });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`axe-core finds nothing serious in the ${colorScheme} page, in all its parts`, async () => {
      const { a, b, c, d, e } = graph`a -> b -> c; d -> c; e`;
      const run = makeLater([c.task, e.task], { concurrency: 3 });
      await using live = await openLive(browser, run, { colorScheme });
      await live.untilState("a", "RUNNING");
      a.context.log("a line");
      a.context.progress(0.5);
      d.fail(new TypeError("no disk", { cause: new Error("unplugged") }));
      e.task.cancel("not wanted");
      await live.untilState("e", "CANCELLED");
      await live.open("a");
      await live.panel.getByText("a line").waitFor();
      await live.page.locator("#graph > svg").waitFor();
      assert.deepEqual(await serious(live.page), []);
      await screenshot(live.page, `parts-${colorScheme}`);
      await live.open("d");
      await live.panel.getByText("Stack").click();
      await live.page.getByRole("tab", { name: "Timeline" }).click();
      await live.page.locator("#timeline > svg").waitFor();
      assert.deepEqual(await serious(live.page), []);
      a.finish();
      await live.untilState("b", "RUNNING");
      await live.page.getByRole("button", { name: "Cancel the run" }).click();
      assert.deepEqual(await serious(live.page), []);
      await screenshot(live.page, `dialog-${colorScheme}`);
      run.cancel();
      await run.finished;
      assert.ok(b.task.isSettled());
    });
  }

  test("a small screen shows it all without scrolling sideways", async () => {
    const { a, b } = graph`a -> b`;
    const run = makeLater(b.task);
    await using live = await openLive(browser, run, { viewport: { width: 400, height: 800 } });
    await live.untilState("a", "RUNNING");
    await live.open("a");
    await screenshot(live.page, "small-screen");
    assert.deepEqual(await serious(live.page), []);
    const width = await live.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 400, `${width} px`);
    a.finish();
    await live.untilState("b", "RUNNING");
    b.finish();
    await run.finished;
  });
});

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Through the debugger: the page's policy lets no script in.
async function serious(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(" ")} ${failureSummary}`).join("; ")}`,
    );
}
