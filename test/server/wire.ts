// The stream of a live page as a program reads it, and requests whose every header is the test's own.

import { request, type IncomingHttpHeaders } from "node:http";
import type { Change, Described } from "../../src/server/page/wire.ts";
import { until } from "./until.ts";

/** A message of the stream. */
export interface Message {
  readonly event: string;
  readonly id: string;
  readonly data: unknown;
}

/** A stream that is being read. */
export class Stream implements Disposable {
  readonly messages: Message[] = [];
  isOver = false;
  readonly #stop = new AbortController();

  /** Opens the stream of a page; `lastId` is what a browser would send that reconnects. */
  static async open(url: string, lastId?: string): Promise<Stream> {
    const stream = new Stream();
    const headers = lastId === undefined ? {} : { "last-event-id": lastId };
    const response = await fetch(`${url}events`, { headers, signal: stream.#stop.signal });
    if (!response.ok || response.body === null) throw new Error(`the stream answered ${response.status}`);
    void stream.#read(response.body);
    return stream;
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = "";
    const decoder = new TextDecoder();
    try {
      for await (const chunk of body) {
        const parts = (text + decoder.decode(chunk, { stream: true })).split("\n\n");
        text = parts.pop() ?? "";
        for (const part of parts) this.#take(part);
      }
    } catch {
      // Stopped by us, or cut off by the server.
    }
    this.isOver = true;
  }

  #take(part: string): void {
    const fields = new Map(
      part.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
    );
    const event = fields.get("event");
    if (event === undefined) return;
    const data = fields.get("data") ?? "";
    this.messages.push({
      event,
      id: fields.get("id") ?? "",
      data: data === "" ? undefined : (JSON.parse(data) as unknown),
    });
  }

  of(event: string): Message[] {
    return this.messages.filter((message) => message.event === event);
  }

  /** Waits for a message. */
  async next(what: string, isIt: (message: Message) => boolean): Promise<Message> {
    await until(what, () => this.messages.some(isIt));
    return this.messages.find(isIt) as Message;
  }

  /** The states that it has told, by index: descriptions and changes in order. */
  states(): string[] {
    const states: string[] = [];
    for (const { event, data } of this.messages) {
      if (event === "hello") states.length = 0;
      if (event === "tasks") for (const { index, now } of data as Described[]) states[index] = now[1];
      if (event === "changes") for (const [index, state] of data as Change[]) states[index] = state;
    }
    return states;
  }

  /** The id of the last message that had one. */
  get lastId(): string {
    return this.messages.findLast(({ id }) => id !== "")?.id ?? "";
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }
}

/** An answer to a raw request. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends a request exactly as given: `fetch` would set Host and Origin, and tidy up the path. */
export function send(
  port: number,
  path: string,
  method = "GET",
  headers: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end();
  });
}
