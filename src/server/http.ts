// The only file that knows hono and its adapter to Node. Both are optional peers: they are loaded by the first server, so that
// programs without one need not have them.

import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { createAdaptorServer } from "@hono/node-server";
import type { Context, Hono, MiddlewareHandler } from "hono";
import type { streamSSE, SSEStreamingApi } from "hono/streaming";
import { missingPackage } from "../core/check.ts";

/** An HTTP application: routes and what stands before them. */
export type App = Hono;
/** A request and the means to answer it. */
export type Exchange = Context;
/** What stands before routes. */
export type Gate = MiddlewareHandler;
/** A stream of server-sent events; writing waits until the client takes them. */
export type EventStream = SSEStreamingApi;

/** The packages, loaded. */
export interface Http {
  readonly newApp: () => App;
  readonly streamSSE: typeof streamSSE;
  readonly createServer: typeof createAdaptorServer;
}

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Ends all connections at once, and resolves when the port is free. */
  close(): Promise<void>;
}

/** Loads hono and its adapter. @throws Error with the code ERR_THENCE_MISSING_PACKAGE if they are not installed. */
export async function loadHttp(owner: string): Promise<Http> {
  try {
    const [{ Hono: App }, { streamSSE: stream }, { createAdaptorServer: createServer }] = await Promise.all([
      import("hono"),
      import("hono/streaming"),
      import("@hono/node-server"),
    ]);
    return { newApp: () => new App(), streamSSE: stream, createServer };
  } catch (cause) {
    throw missingPackage(owner, ["hono", "@hono/node-server"], cause);
  }
}

/** Where a server listens, and whether it keeps the process alive. */
export interface Place {
  readonly port: number;
  readonly host: string;
  readonly unref: boolean;
}

/** Listens. Rejects with the system's error (EADDRINUSE, EACCES) if that is not possible. */
export async function listen({ createServer }: Http, app: App, { port, host, unref }: Place): Promise<Listening> {
  // The adapter would otherwise put its own Request and Response in the place of the program's.
  const server = createServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  if (unref) server.on("connection", (socket: Socket) => socket.unref());
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  if (unref) server.unref();
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
