// A run, its page in a real browser, and what a reader sees there.

import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import type { Run, TaskQueue } from "thence";
import { serve, type LivePage, type ServeOptions } from "thence/server";
import { openPage } from "../helpers/chromium.ts";
import { until } from "./until.ts";

/** A page that is served and open. */
export class Opened implements AsyncDisposable {
  readonly served: LivePage;
  readonly page: Page;
  readonly faults: readonly string[];
  readonly #close: () => Promise<void>;

  constructor(served: LivePage, page: Page, faults: readonly string[], close: () => Promise<void>) {
    this.served = served;
    this.page = page;
    this.faults = faults;
    this.#close = close;
  }

  /** The row of a task in the list. */
  row(name: string): Locator {
    return this.page.locator("#list tr").filter({ has: this.page.getByRole("button", { name, exact: true }) });
  }

  /** The names of the rows that are shown. */
  names(): Promise<string[]> {
    return this.page.locator("#list button.name").allTextContents();
  }

  /** The state that the list shows of a task. */
  state(name: string): Promise<string | null> {
    return this.row(name).locator(".badge").getAttribute("data-state");
  }

  /** The node of the graph whose label is this name. */
  node(name: string): Locator {
    const label = this.page.locator("text", { hasText: new RegExp(`^\\S ${name}$`) });
    return this.page.locator("#graph g.node").filter({ has: label });
  }

  async untilState(name: string, state: string): Promise<void> {
    await until(`${name} is shown as ${state}`, async () => (await this.state(name)) === state);
  }

  /** What is in the panel. */
  get panel(): Locator {
    return this.page.locator("#panel");
  }

  /** Opens a task's panel by its row. */
  async open(name: string): Promise<void> {
    await this.row(name).getByRole("button", { name, exact: true }).click();
    await this.panel.getByRole("heading", { name, level: 2 }).waitFor();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}

/** Serves a run and opens its page. */
export async function openLive(
  browser: Browser,
  run: Run | TaskQueue,
  options: BrowserContextOptions & { readonly serve?: ServeOptions } = {},
): Promise<Opened> {
  const { serve: serving = {}, ...context } = options;
  const served = await serve(run, serving);
  const { page, faults, ...watched } = await openPage(browser, { viewport: { width: 1280, height: 800 }, ...context });
  await page.goto(served.url);
  await page.locator("#list tr, #none:not([hidden])").first().waitFor();
  return new Opened(served, page, faults, async () => {
    await watched[Symbol.asyncDispose]();
    await served.close();
  });
}
