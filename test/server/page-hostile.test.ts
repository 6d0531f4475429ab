// Names, groups, log lines and errors come from anywhere, and none of them may run, or look like what it is not.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser } from "playwright-core";
import { makeLater, task, type Task } from "thence";
import { noChromium, openBrowser, screenshot } from "../helpers/chromium.ts";
import { openLive } from "./live-page.ts";

const script = "globalThis.stolen=true;alert(1)";
const hostile = [
  `<script>${script}</script>`,
  `<img src=x onerror="${script}">`,
  `"><svg onload="${script}">`,
  `'-${script}-'`,
  `javascript:${script}`,
  `]]><script>${script}</script><![CDATA[`,
  `--><script>${script}</script><!--`,
  `</title></style></textarea><script>${script}</script>`,
  "data: x\n\nevent: hello\ndata: {}\n\n",
  "\u2028\u2029\u0000\u001b[31m\u202Ereversed",
  "__proto__",
  "constructor",
  "🙂".repeat(200),
  "a".repeat(10_000),
  "שלום עולם",
];

describe("hostile text on the live page", { skip: noChromium }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser.close());

  test("no name, group, log line, progress or error runs script or breaks the page", async () => {
    const tasks: Task[] = hostile.map((name) =>
      task(name, {
        group: name,
        run: (_, { log, progress }) => {
          log(name);
          progress({ value: 1, total: 2, message: name });
          const error = new Error(name, { cause: name });
          error.name = name;
          error.stack = name;
          throw Object.assign(error, { code: name });
        },
      }),
    );
    const odd = task("odd", () => {
      throw {
        toString: () => script,
        get message(): string {
          throw new Error("no message");
        },
      };
    });
    const last = task(`<b>${script}</b>`, { require: tasks, run: () => {} });
    const run = makeLater([last, odd]);
    await run.finished;
    await using live = await openLive(browser, run);
    await live.page.locator("#graph svg").waitFor();
    assert.equal((await live.names()).length, hostile.length + 2);
    for (let row = 0; row < hostile.length + 2; row++) {
      await live.page.locator("#list button.name").nth(row).click();
      const section = live.panel.getByRole("group", { name: /Error|Blocked by/ }).first();
      await section.waitFor();
      for (const summary of await live.panel.getByText("Stack", { exact: true }).all()) await summary.click();
    }
    await live.page.getByRole("tab", { name: "Timeline" }).click();
    await live.page.locator("#timeline > svg").waitFor();
    await screenshot(live.page, "hostile-names");
    const found = await live.page.evaluate(() => ({
      stolen: Reflect.has(globalThis, "stolen"),
      scripts: document.scripts.length,
      handlers: document.querySelectorAll("[onload], [onerror], [href^='javascript']").length,
      images: document.images.length,
      foreign: document.querySelectorAll("foreignObject, iframe, object, embed").length,
    }));
    assert.deepEqual(found, { stolen: false, scripts: 1, handlers: 0, images: 0, foreign: 0 });
    assert.deepEqual(live.faults, []);
  });

  test("the policy would stop script even if it got into the page", async () => {
    const run = makeLater(task("a", () => {}));
    await run.finished;
    await using live = await openLive(browser, run);
    const outcome = await live.page.evaluate(async () => {
      const violations: string[] = [];
      document.addEventListener("securitypolicyviolation", ({ violatedDirective }) =>
        violations.push(violatedDirective),
      );
      const inline = document.createElement("script");
      inline.append("globalThis.stolen = true");
      try {
        document.body.append(inline);
      } catch {
        violations.push("refused");
      }
      try {
        document.body.innerHTML = "<b>markup</b>";
      } catch {
        violations.push("innerHTML");
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { stolen: Reflect.has(globalThis, "stolen"), violations };
    });
    assert.equal(outcome.stolen, false);
    assert.ok(outcome.violations.includes("innerHTML"), outcome.violations.join(", "));
  });
});
