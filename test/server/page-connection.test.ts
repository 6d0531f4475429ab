// What a reader has after a reload, a lost connection, a server that was started anew, and beside another reader.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser } from "playwright-core";
import { makeLater, task } from "thence";
import { serve } from "thence/server";
import { noChromium, openBrowser, openPage } from "../helpers/chromium.ts";
import { graph } from "../helpers/graph.ts";
import { openLive } from "./live-page.ts";
import { until } from "./until.ts";

describe("the live page's connection", { skip: noChromium }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser.close());

  test("a reload in the middle of a run shows how it stands, with the same task open", async () => {
    const { a, b, c } = graph`a -> b -> c`;
    const run = makeLater(c.task);
    await using live = await openLive(browser, run);
    await live.open("b");
    a.finish();
    await live.untilState("b", "RUNNING");
    await live.page.reload();
    await live.untilState("b", "RUNNING");
    assert.equal(await live.state("a"), "DONE");
    await live.panel.getByRole("heading", { name: "b", level: 2 }).waitFor();
    b.finish();
    await live.untilState("c", "RUNNING");
    c.finish();
    await live.untilState("c", "DONE");
    assert.deepEqual(live.faults, []);
  });

  test("two browsers see the same at once, and what one does the other sees", async () => {
    const { b } = graph`a -> b`;
    const run = makeLater(b.task);
    await using live = await openLive(browser, run);
    await using other = await openPage(browser);
    await other.page.goto(live.served.url);
    const state = (name: string): Promise<string | null> =>
      other.page.locator("#list tr", { hasText: name }).locator(".badge").getAttribute("data-state");
    await until("the other browser shows a running", async () => (await state("a")) === "RUNNING");
    await live.open("a");
    await live.panel.getByRole("button", { name: "Cancel" }).click();
    await until("the other browser shows b cancelled", async () => (await state("b")) === "CANCELLED");
    await run.finished;
    assert.deepEqual([...live.faults, ...other.faults], []);
  });

  test("a server that is gone is said to be, and one that is there again catches the page up", async () => {
    const { a, b } = graph`a -> b`;
    const run = makeLater(b.task);
    const token = "token-of-this-very-test";
    await using live = await openLive(browser, run, { serve: { token } });
    await live.untilState("a", "RUNNING");
    const notice = live.page.locator("#notice:visible");
    await live.served.close();
    await notice.filter({ hasText: "has closed this page" }).waitFor();
    a.finish();
    await until("a is done", () => a.task.is("DONE"));
    await using again = await serve(run, { token, port: live.served.port });
    assert.equal(again.url, live.served.url);
    await live.untilState("b", "RUNNING");
    await notice.waitFor({ state: "detached" });
    b.finish();
    await live.untilState("b", "DONE");
    // The browser itself reports each attempt to reach a server that is not there.
    assert.deepEqual(
      live.faults.filter((fault) => !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED/.test(fault)),
      [],
    );
  });

  test("another run in the place of the first replaces it", async () => {
    const token = "token-of-this-very-test";
    await using live = await openLive(browser, makeLater(task("old", () => {})), { serve: { token } });
    await live.untilState("old", "DONE");
    await live.served.close();
    const { next } = graph<"next">`next`;
    await using again = await serve(makeLater(next.task), { token, port: live.served.port });
    await live.untilState("next", "RUNNING");
    assert.deepEqual(await live.names(), ["next"]);
    next.finish();
    await live.untilState("next", "DONE");
    assert.ok(again.url === live.served.url);
  });
});
