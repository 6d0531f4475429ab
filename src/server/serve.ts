// The live page of a run: who may see it, where it is, and how it ends. What it shows is in `page/`.

/// <reference lib="esnext.disposable" preserve="true" />

import { argumentError, checkOptions, checkType } from "../core/check.ts";
import { Run } from "../core/run.ts";
import { TaskQueue } from "../core/task-queue.ts";
import { guard, newToken } from "./guard.ts";
import { listen, loadHttp, type Http } from "./http.ts";
import { addPage } from "./page/routes.ts";
import { Watch } from "./page/watch.ts";

/** Where and for whom a page is served. */
export interface ServeOptions {
  /** The port; 0, the default, takes a free one. */
  readonly port?: number;
  /**
   * The address to listen on. Default: `"127.0.0.1"`, which is reached from this machine only. Any other one lets the token travel
   * unencrypted: have a proxy with TLS before it, or a network that you trust.
   */
  readonly host?: string;
  /** The secret in the URL, 16 to 200 characters of `A-Z a-z 0-9 _ -`. Default: a new random one. */
  readonly token?: string;
  /** Further names, without ports, by which browsers may call this server, such as that of a machine or of a proxy. */
  readonly allowedHosts?: readonly string[];
  /** Closes the server when it aborts. */
  readonly signal?: AbortSignal;
  /** `true` lets the process end while the page is served. Default: `false`. */
  readonly unref?: boolean;
}

/** A page that is being served. */
export interface LivePage extends AsyncDisposable {
  /** The address to open; whoever knows it can see the run, cancel it and retry its tasks. */
  readonly url: string;
  readonly port: number;
  /** Ends all connections, leaves what was started from the page, and resolves when the port is free. May be called again. */
  close(): Promise<void>;
}

/** Milliseconds that pages have to take their leave. */
const FAREWELL = 100;

/**
 * Serves one page that shows a run, or the tasks of a queue, while it goes on and afterwards: the graph, a timeline, each task with its
 * history, log and error, and buttons to cancel and to retry.
 *
 * It listens on this machine only unless `host` says otherwise, and answers nobody who does not know the token in its URL. The process
 * stays alive until `close()`, unless `unref` is set. It does not start the run; log lines and progress are kept from this call on.
 * Nothing of it costs the run time while no page is open. Needs the packages hono and @hono/node-server. Its pages are files of this
 * package, which therefore cannot be part of a bundle: leave it to be imported from where it is installed.
 *
 * Rejects with a TypeError or RangeError for wrong arguments, with the system's error where it cannot listen, and with an Error of the
 * code ERR_THENCE_MISSING_PACKAGE.
 *
 * @example
 * ```ts
 * import { make, task } from "thence";
 * import { serve } from "thence/server";
 *
 * const run = make(task("bundle", () => "bundle.js"));
 * const page = await serve(run);
 * console.log(`Follow it at ${page.url}`);
 * for await (const done of run) console.log(String(done));
 * await page.close();
 * ```
 */
export async function serve(source: Run | TaskQueue, options: ServeOptions = {}): Promise<LivePage> {
  const settings = checked(source, options);
  settings.signal?.throwIfAborted();
  const watch = new Watch(source);
  try {
    return await open(watch, await loadHttp("serve"), settings);
  } catch (error) {
    watch.close();
    throw error;
  }
}

async function open(watch: Watch, http: Http, settings: Settings): Promise<LivePage> {
  const { port, host, token, allowedHosts, signal, unref } = settings;
  signal?.throwIfAborted();
  const closing = new AbortController();
  const streams = new Set<Promise<void>>();
  const app = http.newApp();
  app.use(guard({ token, host, allowedHosts }));
  addPage({
    app,
    http,
    watch,
    signal: closing.signal,
    track: (stream) => {
      const ended = stream.catch(() => {}).finally(() => streams.delete(ended));
      streams.add(ended);
    },
  });
  const listening = await listen(http, app, { port, host, unref });
  const end = async (): Promise<void> => {
    signal?.removeEventListener("abort", onAbort);
    closing.abort();
    watch.close();
    await Promise.race([Promise.all(streams), new Promise((resolve) => setTimeout(resolve, FAREWELL).unref())]);
    await listening.close();
  };
  let ended: Promise<void> | undefined;
  const close = (): Promise<void> => (ended ??= end());
  const onAbort = (): void => void close();
  if (signal?.aborted) onAbort();
  else signal?.addEventListener("abort", onAbort, { once: true });
  return { url: urlOf(host, listening.port, token), port: listening.port, close, [Symbol.asyncDispose]: close };
}

type Settings = Required<Omit<ServeOptions, "signal">> & ServeOptions;

function checked(source: unknown, options: ServeOptions): Settings {
  if (!(source instanceof Run) && !(source instanceof TaskQueue)) {
    throw argumentError(TypeError, "serve", "a run or a TaskQueue", source);
  }
  checkOptions("serve", options, ["port", "host", "token", "allowedHosts", "signal", "unref"]);
  const { port = 0, host = "127.0.0.1", token = newToken(), allowedHosts = [], signal, unref = false } = options;
  if (typeof port !== "number") throw argumentError(TypeError, "serve: port", "a port number", port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw argumentError(RangeError, "serve: port", "a whole number from 0 to 65535", port);
  }
  if (typeof host !== "string" || host === "") throw argumentError(TypeError, "serve: host", "an address", host);
  if (typeof token !== "string" || !/^[\w-]{16,200}$/.test(token)) {
    throw argumentError(TypeError, "serve: token", "16 to 200 characters of A-Z a-z 0-9 _ -", "one that is not");
  }
  if (!Array.isArray(allowedHosts)) throw argumentError(TypeError, "serve: allowedHosts", "an array", allowedHosts);
  for (const name of allowedHosts as readonly string[]) {
    checkType("serve: allowedHosts", name, "string");
    if (/^[^\s/:@]+$/.test(name)) continue;
    throw argumentError(TypeError, "serve: allowedHosts", "names without scheme, port and path", name);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw argumentError(TypeError, "serve: signal", "an AbortSignal", signal);
  }
  checkType("serve: unref", unref, "boolean");
  return { port, host, token, allowedHosts, unref, ...(signal === undefined ? {} : { signal }) };
}

// An address that means "all of this machine's" can be listened on, but not opened.
function urlOf(host: string, port: number, token: string): string {
  const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}/${token}/`;
}
