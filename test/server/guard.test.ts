// Who may talk to a live page, tried with requests that no browser would send.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { make, task } from "thence";
import { serve, type LivePage } from "thence/server";
import { send, type Answer } from "./wire.ts";

describe("a live page", () => {
  let page: LivePage;
  let path: string;
  const ran: string[] = [];
  const own = task("own", () => void ran.push("own"));
  before(async () => {
    page = await serve(make(own));
    path = new URL(page.url).pathname;
  });
  after(() => page.close());

  const ask = (to: string, method = "GET", headers: Record<string, string> = {}): Promise<Answer> =>
    send(page.port, to, method, headers);
  const origin = (): string => new URL(page.url).origin;

  test("is at a URL of this machine that ends with a random token of at least 128 bits", async () => {
    await using other = await serve(make(task("other", () => {})));
    assert.match(page.url, /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
    assert.notEqual(new URL(other.url).pathname, path);
  });

  test("answers nobody without its token, whatever is asked for", async () => {
    const wrong = `/${"x".repeat(32)}/`;
    for (const to of [
      "/",
      "//",
      wrong,
      "/events",
      `${wrong}events`,
      `${wrong}tasks/0`,
      path.slice(0, -2),
      `${path.slice(0, -2)}/`,
    ]) {
      const { status, body } = await ask(to);
      assert.equal(status, 403, to);
      assert.doesNotMatch(body, /own|script/);
    }
    const { status } = await ask(`${wrong}cancel`, "POST", { origin: origin() });
    assert.equal(status, 403);
    assert.equal(own.state, "PENDING");
  });

  test("takes a token in its path only", async () => {
    const token = path.slice(1, -1);
    assert.equal((await ask(`/?token=${token}`)).status, 403);
    assert.equal(
      (await ask("/events", "GET", { cookie: `token=${token}`, authorization: `Bearer ${token}` })).status,
      403,
    );
  });

  test("answers under names and numbers of this machine only, so that no rebound name reads it", async () => {
    for (const host of [
      "evil.example",
      `evil.example:${page.port}`,
      "127.0.0.1.evil.example",
      "localhost.evil.example",
      "0x7f.1",
    ]) {
      const answer = await ask(path, "GET", { host });
      assert.ok(answer.status === 403 || answer.status === 400, `${host}: ${answer.status}`);
    }
    for (const host of [`127.0.0.1:${page.port}`, `localhost:${page.port}`, "LOCALHOST", `[::1]:${page.port}`]) {
      assert.equal((await ask(path, "GET", { host })).status, 200, host);
    }
  });

  test("refuses requests of other origins, and those that change something without an origin", async () => {
    for (const evil of [
      "http://evil.example",
      "null",
      `https://127.0.0.1:${page.port + 1}`,
      `http://localhost:${page.port}`,
      "file://",
    ]) {
      assert.equal((await ask(`${path}tasks/0`, "GET", { origin: evil })).status, 403, evil);
      assert.equal((await ask(`${path}tasks/0/cancel`, "POST", { origin: evil })).status, 403, evil);
    }
    assert.equal((await ask(`${path}tasks/0/cancel`, "POST")).status, 403);
    assert.equal(own.state, "PENDING");
    assert.equal((await ask(`${path}tasks/0`, "GET", { origin: origin() })).status, 200);
  });

  test("changes nothing by a GET, and answers other methods with none of its content", async () => {
    for (const action of ["cancel", "retry", "tasks/0/cancel", "tasks/0/retry"]) {
      assert.equal((await ask(path + action)).status, 404, action);
    }
    for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const { status, body, headers } = await ask(`${path}tasks/0`, method, { origin: origin() });
      assert.ok(status === 404 || status === 405, `${method}: ${status}`);
      assert.doesNotMatch(body, /own/);
      assert.equal(headers["access-control-allow-origin"], undefined);
    }
    assert.equal(own.state, "PENDING");
  });

  test("serves its own modules and nothing else of the disk", async () => {
    const { body } = await ask(path);
    const [, entry = ""] = /<script type="module" src="([^"]+)"/.exec(body) ?? [];
    const module = await ask(path + entry);
    assert.deepEqual([module.status, module.headers["content-type"]], [200, "text/javascript; charset=utf-8"]);
    const outside = [
      "../../package.json",
      "..%2f..%2fpackage.json",
      "server/page/browser/../../serve.ts",
      "server/page/browser/..%2f..%2fserve.ts",
      "server/serve.ts",
      "server/serve.js",
      "server/page/browser/",
      "server/page/browser/main.ts%00.js",
      "%2e%2e/%2e%2e/package.json",
      "/etc/passwd",
      "..\\..\\package.json",
      "__proto__",
      "tasks/__proto__",
      "tasks/0x0",
      "tasks/-1",
      "tasks/1",
      "tasks/9999999999999999999999",
    ];
    for (const to of outside) {
      const { status, body: text } = await ask(path + to);
      assert.ok([400, 403, 404].includes(status), `${to}: ${status}`);
      assert.doesNotMatch(text, /"name": "thence"|import |root:/, to);
    }
  });

  test("says in every answer, also a refusal, what browsers may do with it", async () => {
    for (const answer of [await ask(path), await ask("/"), await ask(`${path}tasks/0`), await ask(`${path}nothing`)]) {
      const policy = String(answer.headers["content-security-policy"]);
      assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; /);
      assert.match(policy, /base-uri 'none'; form-action 'none'; frame-ancestors 'none'/);
      assert.doesNotMatch(policy, /unsafe|\*/);
      assert.equal(answer.headers["x-content-type-options"], "nosniff");
      assert.equal(answer.headers["referrer-policy"], "no-referrer");
      assert.equal(answer.headers["cache-control"], "no-store");
      assert.equal(answer.headers["access-control-allow-origin"], undefined);
    }
  });

  test("keeps its policy and its token on the stream too", async () => {
    const response = await fetch(`${page.url}events`);
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    assert.match(String(response.headers.get("content-security-policy")), /default-src 'none'/);
    assert.equal(response.headers.get("cache-control"), "no-store");
    await response.body?.cancel();
  });
});

test("further names can be allowed, and nothing but them", async () => {
  await using page = await serve(make(task("own", () => {})), { allowedHosts: ["build.example"] });
  const path = new URL(page.url).pathname;
  assert.equal((await send(page.port, path, "GET", { host: "Build.Example:80" })).status, 200);
  const other = await send(page.port, path, "GET", { host: "other.example" });
  assert.equal(other.status, 403);
  assert.match(other.body, /allowedHosts/);
  const headers = { host: "build.example", origin: "https://build.example" };
  assert.equal((await send(page.port, `${path}cancel`, "POST", headers)).status, 200);
});
