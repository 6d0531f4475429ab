// The live page in a real browser, while tasks that the test controls go on.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser } from "playwright-core";
import { make, makeLater, task, TaskQueue } from "thence";
import { toSVG } from "thence/render";
import { noChromium, openBrowser, screenshot } from "../helpers/chromium.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { openLive } from "./live-page.ts";
import { until } from "./until.ts";

describe("the live page", { skip: noChromium }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser.close());

  test("shows tasks change their states in the list, the graph, the summary and the window's title", async () => {
    const { a, b, c } = graph`a b -> c`;
    const run = make(c.task, { concurrency: 2 });
    await using live = await openLive(browser, run);
    assert.deepEqual(await live.names(), ["a", "b", "c"]);
    assert.equal(await live.state("a"), "PENDING");
    await live.node("a").waitFor();
    const finished = run.next();
    await live.untilState("b", "RUNNING");
    await until("a runs in the graph", async () => /RUNNING/.test((await live.node("a").getAttribute("class")) ?? ""));
    assert.match((await live.node("a").textContent()) ?? "", /► a/);
    a.finish("x".repeat(98));
    await live.untilState("a", "DONE");
    await until("a is done in the graph", async () => ((await live.node("a").textContent()) ?? "").includes("✓ a"));
    const shape = live.node("a").locator("path, polygon").first();
    await until("a is filled with the colour of DONE", async () => {
      return (await shape.evaluate((drawn) => getComputedStyle(drawn).fill)) === "rgb(180, 233, 191)";
    });
    b.fail(new Error("no disk"));
    await finished;
    await live.untilState("c", "FAILED");
    assert.match(
      (await live.page.locator("#standing").textContent()) ?? "",
      /^3 tasks: 1 done, 2 failed · ended after/,
    );
    await until("the title tells", async () => /✗ 1\/3 c/.test(await live.page.title()));
    const shown = await live.page.locator("#graph g.node > title").allTextContents();
    const drawn = await toSVG(run.tasks);
    const told = [...drawn.matchAll(/class="node[^>]*>\s*<title>([^<]*)</g)].map(([, title]) => title);
    assert.deepEqual(
      shown,
      told.map((title) => title?.replaceAll("&quot;", '"')),
    );
    assert.match(shown[1] ?? "", /^b\nFAILED · 1 attempt · [\d.]+ m?s\nError: no disk$/);
    await screenshot(live.page, "three-tasks");
    assert.deepEqual(live.faults, []);
  });

  test("shows all about a task: attempts, error with stack, log, inputs, neighbours, history", async () => {
    const input = task("input", () => ["x".repeat(1_000)]);
    let attempts = 0;
    const flaky = task("flaky", {
      require: input,
      group: "nightly",
      retry: 1,
      run: (_, { log, progress }) => {
        log(`attempt ${++attempts}`);
        progress({ value: 1, total: 4, message: "a quarter" });
        throw new TypeError("broken pipe", { cause: new Error("no route") });
      },
    });
    const later = flaky.andThen("later", () => {});
    const run = makeLater(later);
    await run.finished;
    await using live = await openLive(browser, run);
    await live.open("flaky");
    const { panel } = live;
    await panel.getByRole("group", { name: "Error" }).getByText("TypeError: broken pipe", { exact: true }).waitFor();
    assert.match((await panel.locator(".head").textContent()) ?? "", /failed.*2 attempts.*group nightly/);
    await panel.getByText("caused by Error: no route").waitFor();
    await panel.getByText("Stack").click();
    await panel.locator("pre", { hasText: /TypeError: broken pipe\n\s+at / }).waitFor();
    assert.match((await panel.getByRole("group", { name: "Requires" }).textContent()) ?? "", /doneinput1.0 kB/);
    const history = await panel.locator(".history tbody tr").allTextContents();
    assert.deepEqual(
      history.map((line) => /pending → |running → /.exec(line)?.[0]),
      ["pending → ", "running → ", "pending → ", "running → "],
    );
    await panel.getByRole("group", { name: "Required by" }).getByRole("button", { name: "later" }).click();
    await panel.getByRole("heading", { name: "later", level: 2 }).waitFor();
    await panel.getByRole("group", { name: "Blocked by" }).getByRole("button", { name: "flaky" }).waitFor();
    assert.deepEqual(live.faults, []);
  });

  test("shows log lines and progress as they come", async () => {
    const slow = remote("slow");
    const run = makeLater(slow.task);
    await using live = await openLive(browser, run);
    await live.untilState("slow", "RUNNING");
    await live.open("slow");
    slow.context.log("first line");
    await live.panel.getByText("first line").waitFor();
    slow.context.progress({ value: 3, total: 4, message: "three of four" });
    await live.panel.getByText("three of four").waitFor();
    assert.equal(await live.panel.getByRole("progressbar").evaluate((bar) => (bar as HTMLProgressElement).value), 0.75);
    assert.match((await live.row("slow").textContent()) ?? "", /75 %/);
    slow.context.log("second line");
    await live.panel.getByText("first line\nsecond line").waitFor();
    slow.context.progress({ value: 0, total: 0, message: "nothing to do" });
    await live.panel.getByText("nothing to do").waitFor();
    assert.match((await live.row("slow").textContent()) ?? "", /100 %/);
    slow.finish();
    await live.untilState("slow", "DONE");
  });

  test("cancels a task, and retries it with what it held up", async () => {
    const { a, b, c } = graph`a -> b; c`;
    const run = makeLater([b.task, c.task], { concurrency: 4 });
    await using live = await openLive(browser, run);
    await live.untilState("a", "RUNNING");
    await live.open("a");
    await live.panel.getByRole("button", { name: "Cancel" }).click();
    await live.untilState("b", "CANCELLED");
    assert.deepEqual([a.task.state, b.task.state, c.task.state], ["CANCELLED", "CANCELLED", "RUNNING"]);
    await live.panel.getByRole("button", { name: "Retry" }).click();
    await live.untilState("a", "RUNNING");
    a.finish();
    await live.untilState("b", "RUNNING");
    b.finish();
    c.finish();
    await run.finished;
    await live.untilState("b", "DONE");
    assert.equal(a.task.attempts, 2);
    assert.deepEqual(live.faults, []);
  });

  test("retries after the run is over, and goes on showing", async () => {
    const { a, b } = graph`a -> b`;
    const run = makeLater(b.task);
    await using live = await openLive(browser, run);
    await live.untilState("a", "RUNNING");
    a.fail(new Error("once"));
    await run.finished;
    await live.untilState("b", "FAILED");
    await live.open("b");
    await live.panel.getByRole("button", { name: "Retry" }).click();
    await live.untilState("a", "RUNNING");
    a.finish();
    await live.untilState("b", "RUNNING");
    b.finish("fine");
    await live.untilState("b", "DONE");
    assert.equal(b.task.result, "fine");
    await live.page.locator("#standing", { hasText: "2 done · ended" }).waitFor();
    assert.deepEqual(live.faults, []);
  });

  test("cancels the whole run when asked twice, and retries all that failed", async () => {
    const { a, b } = graph`a b`;
    const run = makeLater([a.task, b.task], { concurrency: 1 });
    await using live = await openLive(browser, run);
    await live.untilState("a", "RUNNING");
    assert.equal(await live.page.title(), "► 0/2 a, b");
    await live.page.getByRole("button", { name: "Cancel the run" }).click();
    const dialog = live.page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Keep it running" }).click();
    assert.equal(a.task.state, "RUNNING");
    await live.page.getByRole("button", { name: "Cancel the run" }).click();
    await dialog.getByRole("button", { name: "Cancel the run" }).click();
    await live.untilState("b", "CANCELLED");
    await run.finished;
    await until("the title tells", async () => (await live.page.title()) === "⊘ 0/2 a, b");
    await live.page.getByRole("button", { name: "Retry what failed" }).click();
    await live.untilState("a", "RUNNING");
    a.finish();
    await live.untilState("b", "RUNNING");
    b.finish();
    await live.untilState("b", "DONE");
    assert.deepEqual(live.faults, []);
  });

  test("shows tasks and edges that are added while it is open", async () => {
    const parent = remote("parent");
    const child = task("child", () => "made inside");
    const run = makeLater(parent.task);
    await using live = await openLive(browser, run);
    await live.untilState("parent", "RUNNING");
    await live.node("parent").waitFor();
    await parent.context.make(child);
    await live.untilState("child", "DONE");
    await live.node("child").waitFor();
    parent.finish();
    await live.untilState("parent", "DONE");
  });

  test("follows a queue, whoever moves its tasks", async () => {
    const { a, b } = graph`a -> b`;
    const queue = new TaskQueue([a.task, b.task]);
    await using live = await openLive(browser, queue);
    assert.equal(queue.get(), a.task);
    const made = a.task.dispatch();
    await live.untilState("a", "RUNNING");
    a.finish();
    await made;
    await live.untilState("a", "DONE");
    queue.add(task("late", () => {}));
    await live.row("late").waitFor();
    assert.deepEqual(live.faults, []);
  });

  test("draws a timeline that grows", async () => {
    const { a, b } = graph`a -> b`;
    const run = makeLater(b.task);
    await using live = await openLive(browser, run);
    await live.untilState("a", "RUNNING");
    await live.page.getByRole("tab", { name: "Timeline" }).click();
    await live.page.locator("#timeline > svg", { hasText: "a" }).waitFor();
    a.finish();
    await live.page.locator("#timeline svg [data-task='1']").first().waitFor();
    await live.page.locator("#timeline svg [data-task='0']").first().click();
    await live.panel.getByRole("heading", { name: "a", level: 2 }).waitFor();
    b.finish();
    await run.finished;
    assert.deepEqual(live.faults, []);
  });

  test("says why a run cannot begin, and that it is over", async () => {
    const { a, b } = graph`a b`;
    a.task.require(b.task);
    b.task.require(a.task);
    const run = make(a.task);
    await using live = await openLive(browser, run);
    await until("it has not begun", async () => (await live.page.title()) === "○ 0/2 a");
    await live.page.getByRole("button", { name: "Cancel the run" }).waitFor();
    await assert.rejects(run.next());
    await live.page.getByRole("alert").getByText("CycleError: a -> b -> a").waitFor();
    await live.page.getByRole("button", { name: "Cancel the run" }).waitFor({ state: "hidden" });
    assert.match(String(await live.page.locator("#standing").textContent()), /^2 tasks: 2 waiting · ended/);
    await screenshot(live.page, "page-refused");
    assert.deepEqual(live.faults, []);
  });

  test("shows an empty run as empty", async () => {
    await using live = await openLive(browser, make([]));
    await live.page.getByText("There are no tasks.").waitFor();
    await live.page.locator("#graph svg").waitFor();
    assert.deepEqual(live.faults, []);
  });
});
