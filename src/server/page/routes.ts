// The addresses of the live page, all below the token: the page itself, its modules and style, the stream of events, pictures,
// the details of a task, and what its buttons do.

import type { Task } from "../../core/task.ts";
import type { App, EventStream, Exchange, Http } from "../http.ts";
import { cancelAll, cancelOne, retry } from "./actions.ts";
import { moduleAt } from "./assets.ts";
import { Feed } from "./feed.ts";
import { html } from "./html.ts";
import { Pictures } from "./pictures.ts";
import { css } from "./style.ts";
import type { Watch } from "./watch.ts";
import { detailsOf, failureOf } from "./words.ts";

/** Milliseconds after which a silent stream says that it is still there. */
const SILENCE = 15_000;
/** Milliseconds until a page that has lost the stream tries again. */
const RETRY = 1_000;

/** What the routes need. */
export interface PageOptions {
  readonly app: App;
  readonly http: Http;
  readonly watch: Watch;
  /** Aborts when the server closes: then streams say good-bye. */
  readonly signal: AbortSignal;
  /** Takes on what is under way until the server has closed. */
  readonly track: (stream: Promise<void>) => void;
}

/** Puts the routes of the live page into an application. */
export function addPage({ app, http, watch, signal, track }: PageOptions): void {
  const pictures = new Pictures(watch);
  const taskAt = (exchange: Exchange): Task | undefined => {
    const place = exchange.req.param("index") ?? "";
    return /^\d{1,9}$/.test(place) ? watch.roll.tasks[Number(place)] : undefined;
  };
  const onTask = (exchange: Exchange, action: (task: Task) => Response): Response => {
    watch.look();
    const task = taskAt(exchange);
    return task === undefined ? exchange.json({ problem: "There is no such task." }, 404) : action(task);
  };
  const act = (exchange: Exchange, action: () => string | undefined): Response => {
    let problem: string | undefined;
    watch.look();
    try {
      problem = action();
    } catch (error) {
      problem = failureOf(error).message;
    }
    watch.look();
    return problem === undefined ? exchange.json({}) : exchange.json({ problem }, 409);
  };
  const goOn = (tasks: readonly Task[]): undefined => {
    const run = retry(tasks, watch);
    if (run !== undefined) signal.addEventListener("abort", () => void run.return(), { once: true });
  };

  app.get("/:token", (exchange) => exchange.redirect(`${exchange.req.path}/`));
  app.get("/:token/", (exchange) => exchange.html(html()));
  app.get("/:token/page.css", (exchange) => exchange.body(css(), 200, { "Content-Type": "text/css; charset=utf-8" }));
  app.get("/:token/events", (exchange) => {
    // Nobody would read the stream that such a request does not get, and so it would never end.
    if (exchange.req.method === "HEAD") return exchange.body(null, 200, { "Content-Type": "text/event-stream" });
    const response = http.streamSSE(exchange, async (stream) => {
      const done = follow(stream, new Feed(watch, exchange.req.header("last-event-id")), watch, signal);
      track(done);
      await done;
    });
    // The helper puts `no-cache` in the place of what the guard has said, which would let the stream be stored.
    response.headers.set("Cache-Control", "no-store");
    return response;
  });
  app.get("/:token/graph.svg", async (exchange) => {
    watch.look();
    const direction = exchange.req.query("direction") === "TB" ? "TB" : "LR";
    return svg(exchange, await pictures.graph(direction));
  });
  app.get("/:token/timeline.svg", async (exchange) => {
    watch.look();
    return svg(exchange, await pictures.timeline(Number(exchange.req.query("width"))));
  });
  app.get("/:token/tasks/:index", (exchange) =>
    onTask(exchange, (task) => exchange.json(detailsOf(watch, watch.roll.indexOf(task) as number))),
  );
  app.post("/:token/tasks/:index/cancel", (exchange) =>
    onTask(exchange, (task) => act(exchange, () => (cancelOne(task) ? undefined : "It has ended already."))),
  );
  app.post("/:token/tasks/:index/retry", (exchange) => onTask(exchange, (task) => act(exchange, () => goOn([task]))));
  app.post("/:token/cancel", (exchange) =>
    act(exchange, () => {
      cancelAll(watch);
      return undefined;
    }),
  );
  app.post("/:token/retry", (exchange) => act(exchange, () => goOn(watch.roll.tasks)));
  app.get("/:token/*", async (exchange) => {
    const path = exchange.req.path.split("/").slice(2).join("/");
    const source = await moduleAt(path);
    return source === undefined
      ? exchange.text("There is nothing here.\n", 404)
      : exchange.body(source, 200, { "Content-Type": "text/javascript; charset=utf-8" });
  });
}

// Waits for news, tells them as fast as the page takes them, and says something now and then so that a dead page is noticed.
async function follow(stream: EventStream, feed: Feed, watch: Watch, signal: AbortSignal): Promise<void> {
  let wake: (() => void) | undefined;
  const onNews = (): void => wake?.();
  const news = (): Promise<boolean> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), SILENCE).unref();
      wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  stream.onAbort(onNews);
  signal.addEventListener("abort", onNews, { once: true });
  const close = watch.open(onNews);
  try {
    await stream.write(`retry: ${RETRY}\n\n`);
    while (!stream.aborted && !signal.aborted) {
      const message = watch.spend(() => feed.next());
      if (message !== undefined) await stream.writeSSE(message);
      else if (!(await news())) await stream.write(": still here\n\n");
    }
    if (!stream.aborted) await stream.writeSSE({ event: "bye", data: "" });
  } finally {
    signal.removeEventListener("abort", onNews);
    close();
  }
}

function svg(exchange: Exchange, text: string): Response {
  return exchange.body(text, 200, { "Content-Type": "image/svg+xml; charset=utf-8" });
}
