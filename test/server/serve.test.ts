// Where a live page is served, for how long, and what it says to wrong arguments.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { make, task, TaskQueue } from "thence";
import { serve } from "thence/server";
import type { Details } from "../../src/server/page/wire.ts";
import { graph } from "../helpers/graph.ts";
import { send, Stream } from "./wire.ts";

const root = path.join(import.meta.dirname, "..", "..");

test("serving starts nothing", async () => {
  const { a } = graph`a`;
  await using page = await serve(make(a.task));
  using stream = await Stream.open(page.url);
  await stream.next("a description", ({ event }) => event === "tasks");
  assert.deepEqual([a.task.state, a.starts, stream.states()], ["PENDING", 0, ["PENDING"]]);
});

test("wrong arguments are refused with what was expected", async () => {
  const run = make(task("a", () => {}));
  const wrong: readonly (readonly [unknown, unknown, RegExp])[] = [
    [undefined, {}, /serve: expected a run or a TaskQueue, got undefined/],
    [task("b", () => {}), {}, /serve: expected a run or a TaskQueue/],
    [run, { prot: 1 }, /unknown option "prot", did you mean "port"/],
    [run, { port: "80" }, /serve: port: expected a port number, got "80"/],
    [run, { port: 65_536 }, /serve: port: expected a whole number from 0 to 65535/],
    [run, { port: 1.5 }, /from 0 to 65535/],
    [run, { host: "" }, /serve: host: expected an address/],
    [run, { token: "short" }, /serve: token: expected 16 to 200 characters/],
    [run, { token: "a/../../../../../../b" }, /serve: token/],
    [run, { allowedHosts: "a" }, /serve: allowedHosts: expected an array/],
    [run, { allowedHosts: [1] }, /serve: allowedHosts: expected a string/],
    [run, { allowedHosts: [""] }, /serve: allowedHosts: expected names without scheme, port and path, got ""/],
    [run, { allowedHosts: ["http://build.example"] }, /expected names without/],
    [run, { allowedHosts: ["build.example:80"] }, /expected names without/],
    [run, { signal: {} }, /serve: signal: expected an AbortSignal/],
    [run, { unref: 1 }, /serve: unref: expected a boolean/],
  ];
  for (const [source, options, message] of wrong) {
    await assert.rejects(serve(source as never, options as never), { code: "ERR_THENCE_ARGUMENT", message });
  }
});

test("a message about a wrong token does not repeat it", async () => {
  const refused = serve(make(task("a", () => {})), { token: "not so secret!!!" });
  await assert.rejects(refused, (error: Error) => !error.message.includes("secret!"));
});

test("a port that is taken rejects with the system's error", async () => {
  await using page = await serve(make(task("a", () => {})));
  const run = make(task("b", () => {}));
  const message = `listen EADDRINUSE: address already in use 127.0.0.1:${page.port}`;
  await assert.rejects(serve(run, { port: page.port }), { code: "EADDRINUSE", message });
  assert.deepEqual(run._emitter().eventNames(), [], "and it listens to the run no more");
});

test("what tasks say is kept from the call on, also before the server listens", async () => {
  const run = make(task("a", (_, { log }) => log("early")));
  const serving = serve(run);
  for await (const _ of run);
  await using page = await serving;
  const details = (await (await fetch(`${page.url}tasks/0`)).json()) as Details;
  assert.deepEqual(details.log, ["early"]);
});

test("it listens on this machine only", async () => {
  const outer = Object.values(networkInterfaces())
    .flat()
    .find((address) => address?.family === "IPv4" && !address.internal);
  await using page = await serve(make(task("a", () => {})));
  // A machine that has no other address still has others of its own, where a server for all addresses would answer.
  const socket = connect(page.port, outer?.address ?? "127.0.0.2");
  const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
  assert.equal(error.code, "ECONNREFUSED");
});

test("an IPv6 address and all addresses give a URL that can be opened", async (t) => {
  await using everywhere = await serve(make(task("a", () => {})), { host: "0.0.0.0" });
  assert.equal((await fetch(everywhere.url)).status, 200);
  try {
    await using six = await serve(make(task("a", () => {})), { host: "::1" });
    assert.match(six.url, /^http:\/\/\[::1\]:\d+\//);
    assert.equal((await fetch(six.url)).status, 200);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRNOTAVAIL") throw error;
    t.diagnostic("no IPv6 here");
  }
});

test("closing ends open streams with a farewell, frees the port, and may be repeated", async () => {
  const page = await serve(make(task("a", () => {})), { token: "0123456789abcdef" });
  using stream = await Stream.open(page.url);
  await stream.next("a status", ({ event }) => event === "status");
  const start = performance.now();
  await Promise.all([page.close(), page.close()]);
  await stream.next("a farewell", ({ event }) => event === "bye");
  assert.ok(performance.now() - start < 1_000);
  await using again = await serve(make(task("a", () => {})), { port: page.port, token: "0123456789abcdef" });
  assert.equal(again.url, page.url);
});

test("closing does not wait for a client that reads nothing", async () => {
  const page = await serve(make(task("a", () => {})));
  const socket = connect(page.port, "127.0.0.1");
  socket.pause();
  await once(socket, "connect");
  socket.write(`GET ${new URL(page.url).pathname}events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  const start = performance.now();
  await page.close();
  assert.ok(performance.now() - start < 1_000);
  socket.destroy();
});

test("a HEAD for the stream begins none", async () => {
  await using page = await serve(make(task("a", () => {})));
  const { pathname } = new URL(page.url);
  const { status, headers } = await send(page.port, `${pathname}events`, "HEAD");
  assert.deepEqual([status, headers["content-type"]], [200, "text/event-stream"]);
  assert.equal(headers["transfer-encoding"], undefined);
});

test("a picture shows the run also to somebody who does not follow it", async () => {
  const run = make(task("lonely", () => {}));
  for await (const _ of run);
  await using page = await serve(run);
  for (const picture of ["graph.svg", "timeline.svg"]) {
    assert.match(await (await fetch(`${page.url}${picture}`)).text(), /lonely/, picture);
  }
});

test("a signal closes it, and one that has aborted already lets it not begin", async () => {
  const controller = new AbortController();
  const page = await serve(make(task("a", () => {})), { signal: controller.signal });
  controller.abort();
  await page.close();
  await assert.rejects(fetch(page.url));
  await assert.rejects(serve(make(task("a", () => {})), { signal: AbortSignal.abort() }), { name: "AbortError" });
});

test("a queue without tasks is served as well", async () => {
  await using page = await serve(new TaskQueue());
  using stream = await Stream.open(page.url);
  const { data } = await stream.next("a greeting", ({ event }) => event === "hello");
  assert.partialDeepStrictEqual(data, { tasks: 0, title: "a task queue" });
});

test("a process stays for its page until that is closed, and not at all with unref, even while it is looked at", async () => {
  const program = (rest: string): string => `
    import { make, task } from "thence";
    import { serve } from "thence/server";
    const page = await serve(make(task("a", () => {})), ${rest}`;
  const closing = await runProgram(program(`{}); setTimeout(() => page.close(), 50);`));
  assert.deepEqual([closing.code, closing.signal], [0, null]);
  const leaving = runProgram(`${program(`{ unref: true });`)} console.log(page.url); setTimeout(() => {}, 1_000);`);
  using stream = await Stream.open(await leaving.url);
  await stream.next("a status", ({ event }) => event === "status");
  const { code, signal, stderr } = await leaving;
  assert.deepEqual([code, signal, stderr], [0, null, ""]);
  const staying = await runProgram(program(`{}); console.log("served");`), 1_000);
  assert.deepEqual([staying.signal, staying.stdout], ["SIGKILL", "served\n"]);
});

test("without hono the error says what to install", async () => {
  const { stdout } = await runProgram(`
    import { registerHooks } from "node:module";
    registerHooks({
      resolve(specifier, context, next) {
        if (specifier.startsWith("hono")) throw Object.assign(new Error("not found"), { code: "ERR_MODULE_NOT_FOUND" });
        return next(specifier, context);
      },
    });
    const { make, task } = await import("thence");
    const { serve } = await import("thence/server");
    await serve(make(task("a", () => {}))).catch(({ code, message }) => console.log(code, message));`);
  assert.equal(
    stdout,
    'ERR_THENCE_MISSING_PACKAGE serve() needs the packages hono and @hono/node-server: "npm install hono @hono/node-server"\n',
  );
});

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program; kills it so many milliseconds after its first line. `url` is the first line that it prints. */
function runProgram(source: string, most = 20_000): Promise<Ended> & { readonly url: Promise<string> } {
  const program = ["--conditions=thence-source", "--input-type=module", "--eval", source];
  const child = spawn(process.execPath, program, { cwd: root });
  let stdout = "";
  let stderr = "";
  const url = once(child.stdout, "data").then(([text]) => String(text).trim());
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  // Counted from its first words: how long a program takes to start depends on what else the machine does.
  const timer = setTimeout(() => child.kill("SIGKILL"), 60_000);
  child.stdout.once("data", () => {
    const stop = setTimeout(() => child.kill("SIGKILL"), most);
    child.once("close", () => clearTimeout(stop));
  });
  const ended = once(child, "close").then(() => {
    clearTimeout(timer);
    return { code: child.exitCode, signal: child.signalCode, stdout, stderr };
  });
  return Object.assign(ended, { url });
}
