// The stream of events from the server. The browser reconnects by itself and tells what it has got last; when it gives up, as after an
// answer that is not a stream, this begins anew.

/// <reference lib="dom" />

import type { Change, Described, Hello, Status } from "../wire.ts";
import type { Model } from "./model.ts";

/** Milliseconds until a stream that was given up is opened again. */
const AGAIN = 2_000;

/** How the connection is: `lost` when the server is not reached, `over` when it has said good-bye. */
export type Connection = "open" | "lost" | "over";

/** Follows the run for good. */
export function follow(model: Model, onConnection: (connection: Connection) => void): void {
  let isOver = false;
  const open = (): void => {
    const source = new EventSource("events");
    const on = (event: string, take: (data: unknown) => void): void => {
      source.addEventListener(event, ({ data }: MessageEvent<string>) => take(JSON.parse(data)));
    };
    source.addEventListener("open", () => {
      isOver = false;
      onConnection("open");
    });
    on("hello", (hello) => model.begin(hello as Hello));
    on("tasks", (tasks) => model.describe(tasks as Described[]));
    on("changes", (changes) => model.change(changes as Change[]));
    on("status", (status) => model.update(status as Status));
    source.addEventListener("bye", () => {
      isOver = true;
      onConnection("over");
    });
    source.addEventListener("error", () => {
      if (!isOver) onConnection("lost");
      if (source.readyState === EventSource.CLOSED) setTimeout(open, AGAIN);
    });
  };
  open();
}

/** Asks the server to do something. Returns what was wrong, in words; `undefined` if nothing was. */
export async function ask(action: string): Promise<string | undefined> {
  try {
    const response = await fetch(action, { method: "POST" });
    if (response.ok) return undefined;
    const { problem } = (await response.json()) as { problem?: string };
    return problem ?? `The server answered ${response.status}.`;
  } catch {
    return "The server could not be reached.";
  }
}
