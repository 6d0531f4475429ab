// Graphs of the size at which a page may become slow. What they cost is reported, and asserted only where somebody would be stuck.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser } from "playwright-core";
import { make, task, type Task } from "thence";
import { noChromium, openBrowser, screenshot } from "../helpers/chromium.ts";
import { openLive } from "./live-page.ts";
import { until } from "./until.ts";

describe("a large run on the live page", { skip: noChromium }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser.close());

  test("2,000 tasks are listed, drawn, filtered and followed", async (t) => {
    const tasks = layers(2_000, 40);
    const run = make(tasks, { concurrency: 50 });
    const start = performance.now();
    await using live = await openLive(browser, run);
    const said = (what: string): void => t.diagnostic(`${what} after ${Math.round(performance.now() - start)} ms`);
    await until("all rows are there", async () => (await live.page.locator("#list tr").count()) === 2_000);
    said("2,000 rows");
    await live.page.locator("#graph > svg").waitFor({ timeout: 20_000 });
    said("the graph");
    await screenshot(live.page, "2000-tasks");
    const typed = await live.page.evaluate(async () => {
      const field = document.querySelector<HTMLInputElement>("#name") as HTMLInputElement;
      const times: number[] = [];
      for (const text of ["1", "19", "199", "1999", "199", "1", ""]) {
        const begun = performance.now();
        field.value = text;
        field.dispatchEvent(new Event("input"));
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        times.push(Math.round(performance.now() - begun));
      }
      return times;
    });
    t.diagnostic(`a letter in the filter: ${typed.join(", ")} ms`);
    assert.ok(Math.max(...typed) < 2_000);
    const begun = performance.now();
    for await (const done of run) assert.equal(done.state, "DONE");
    t.diagnostic(`the run: ${Math.round(performance.now() - begun)} ms`);
    await until("all are shown as done", async () =>
      /2,000 done/.test((await live.page.locator("#standing").textContent()) ?? ""),
    );
    await live.untilState("task 1999", "DONE");
    await screenshot(live.page, "2000-tasks-done");
    assert.deepEqual(live.faults, []);
  });

  test("10,000 tasks are drawn by group, and the list says that it goes on", async (t) => {
    const tasks = layers(10_000, 100);
    const run = make(tasks, { concurrency: 50 });
    const start = performance.now();
    await using live = await openLive(browser, run);
    const said = (what: string): void => t.diagnostic(`${what} after ${Math.round(performance.now() - start)} ms`);
    await live.page.getByText("8,000 more tasks").waitFor();
    said("the list");
    await live.page.locator("#graph > svg").waitFor({ timeout: 20_000 });
    said("the graph");
    const nodes = await live.page.locator("#graph g.node").count();
    assert.ok(nodes < 1_000, `${nodes} nodes`);
    for await (const done of run) assert.equal(done.state, "DONE");
    await until("all are shown as done", async () =>
      /10,000 done/.test((await live.page.locator("#standing").textContent()) ?? ""),
    );
    await live.page.getByRole("searchbox").fill("task 9999");
    await live.untilState("task 9999", "DONE");
    await until("the boxes count what is done", async () => {
      return (await live.page.locator("#graph svg", { hasText: "✓ 1,000" }).count()) > 0;
    });
    await live.page.locator("#graph g.node[data-group]").first().click();
    await until("a box shows its group", async () => (await live.names())[0] === "task 0");
    await screenshot(live.page, "10000-tasks");
    assert.deepEqual(live.faults, []);
  });
});

// Layers of a fixed width; each task requires two of the layer before. Ten groups.
function layers(count: number, width: number): Task[] {
  const tasks: Task[] = [];
  for (let k = 0; k < count; k++) {
    const layer = Math.floor(k / width);
    const require =
      layer === 0 ? [] : [0, 1].map((step) => tasks[(layer - 1) * width + ((k + step * 7) % width)] as Task);
    const group = `stage ${Math.floor((10 * k) / count)}`;
    tasks.push(
      task(`task ${k}`, { require, group, run: () => new Promise<number>((resolve) => setTimeout(resolve, 1, k)) }),
    );
  }
  return tasks;
}
