// Reports as text: what they say, and that nothing in them can be more than text.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { parseHTML } from "linkedom";
import { make, settled, task, type Run, type Task } from "thence";
import { toReport } from "thence/render";
import { PATH_COLOR } from "../../src/render/theme.ts";
import { HOSTILE_NAMES } from "./names.ts";
import { Play } from "./played.ts";

async function textsOf(run: Run | Task[], selector: string): Promise<string[]> {
  return texts(await toReport(run), selector);
}

function texts(html: string, selector: string): string[] {
  return [...parseHTML(html).document.querySelectorAll(selector)].map(({ textContent }) => textContent.trim());
}

test("the summary says how it ended, how long it took, and what it waited for", async () => {
  const play = new Play();
  const uses = { db: 1 };
  const a = play.task("a", 300, { uses });
  const b = play.task("b", 200, { uses });
  const c = play.task("c", 100, { after: [a, b], fails: 1, retry: { limit: 1, delay: 50 } });
  const run = await play.run(c, { resources: { db: 1 }, concurrency: 4 });
  assert.deepEqual(await textsOf(run, "#summary ~ p"), [
    "All 3 tasks are done.",
    "Wall 750 ms; the longest path alone takes 400 ms; 300 ms was waiting for db, 50 ms for a retry; 100 ms went into attempts that failed.",
    "The longest path: a → c.",
    "All tasks together ran 700 ms, 0.9 at a time, and waited 300 ms for db, 50 ms for a retry.",
  ]);
  const facts = [
    "Started2026-01-01 00:00:00 UTC",
    "Ended2026-01-01 00:00:00 UTC",
    "Wall750 ms",
    "Slots4",
    "Resourcesdb 1",
  ];
  assert.deepEqual(await textsOf(run, "dl div"), facts);
  assert.deepEqual(await textsOf(run, ".counts li"), ["✓ DONE 3"]);
});

test("a failure is told with its stack, its causes, the attempts before and what it kept from running", async () => {
  const play = new Play();
  const a = play.task("a", 10);
  const cause = new RangeError("no <i>day</i> 30");
  const b = task("b", {
    require: [a],
    retry: 1,
    run: async (_, { attempt }) => {
      await play.wait(20);
      throw attempt === 1 ? new Error("too early") : new Error("cannot", { cause });
    },
  });
  const c = play.task("c", 10, { after: [b as Task] });
  const html = await toReport(await play.run(play.task("d", 10, { after: [c] })));
  assert.deepEqual(texts(html, "article h3"), ["✗ FAILED b"]);
  assert.deepEqual(texts(html, "article .when"), ["attempt 2, begun at 30 ms, ended after 20 ms"]);
  const [stack = ""] = texts(html, "article pre");
  assert.match(
    stack,
    /^Error: cannot\n +at .*report\.test\.ts:\d+:\d+\)?\n[^]*caused by RangeError: no <i>day<\/i> 30\n +at /,
  );
  assert.deepEqual(texts(html, "article details li"), [
    "attempt 1, begun at 10 ms, ended after 20 ms: Error: too early",
  ]);
  assert.deepEqual(texts(html, "article .names li"), ["c", "d"]);
  assert.equal(texts(html, "#summary + p")[0], "1 of 4 tasks is done; 3 failed.");
});

test("what was thrown may be anything, and what was cancelled has no stack of ours", async () => {
  const hostile = {
    get stack(): string {
      throw new Error("no stack");
    },
  };
  const thrown = ["a string", undefined, null, 42, hostile, Object.assign(new Error("m"), { stack: "" })];
  const tasks: Task[] = thrown.map((error, index) =>
    task(`t${index}`, () => {
      throw error;
    }),
  );
  const cancelled = task("cancelled", () => {});
  cancelled.cancel("not needed");
  const run = make([...tasks, cancelled]);
  for await (const _ of run);
  assert.deepEqual(await textsOf(run, "article pre"), [
    "a string",
    "undefined",
    "null",
    "42",
    "an error that cannot be shown",
    "Error: m",
    'CancelledError: task "cancelled" was cancelled: not needed',
  ]);
});

test("the table has a row for each task, in the order in which they began, with what it waited for", async () => {
  const play = new Play();
  const a = play.task("a", 1200, { group: "first" });
  const b = play.task("b", 10, { after: [a], fails: 1 });
  const run = await play.run([play.task("c", 10, { after: [b] }), b], { concurrency: 1 });
  const rows = parseHTML(await toReport(run)).document.querySelectorAll("tbody tr");
  const cells = [...rows].map((row) => [...row.children].map(({ textContent }) => textContent.trim()));
  const blocked = 'cBlockedError: task "c" is blocked by "b" (FAILED)';
  assert.deepEqual(cells, [
    ["✓ DONE", "a longest path", "first", "0 ms", "1.2 s", "1", ""],
    ["✗ FAILED", "b longest pathError: b failed 1", "", "1.2 s", "10 ms", "1", "1.2 s for a"],
    ["✗ FAILED", blocked, "", "", "", "", "1.2 s for b"],
  ]);
});

test("summary, graph, timeline and table mean the same longest path", async () => {
  const play = new Play();
  const build = play.task("build", 100);
  const lint = play.task("lint", 10, { fails: 1 });
  const publish = play.task("publish", 30, { after: [build, lint] });
  const cleanUp = task("clean up", { require: [settled(publish)], run: () => play.wait(60) });
  const told = async (run: Run): Promise<unknown[]> => {
    const html = await toReport(run);
    const marked = [...html.matchAll(/class="node[^>]*>\s*<title>([^\n<]*)[^]*?stroke="(#\w+)"/g)];
    return [
      marked.filter(([, , stroke]) => stroke === PATH_COLOR).map(([, name]) => name),
      ...texts(html, "text").filter((text) => text.includes("longest path")),
      ...texts(html, "tbody tr").filter((text) => text.includes("longest path")),
    ];
  };
  const run = await play.run([publish, cleanUp as Task], { concurrency: 4 }, 50);
  const going = [["build"], "longest path, 50 ms", "longest path, 50 ms", "━ longest path: 1 task, 50 ms"];
  assert.deepEqual((await told(run)).slice(0, -1), going);
  await play.clock.advance(1000);
  const { criticalPath } = await run.finished;
  assert.deepEqual(
    criticalPath.map(({ task: { name }, ms }) => [name, ms]),
    [["build", 100]],
  );
  const over = [["build"], "longest path, 100 ms", "longest path, 100 ms", "━ longest path: 1 task, 100 ms"];
  assert.deepEqual((await told(run)).slice(0, -1), over);
});

test("a run that is still going says so, and one that has not started too", async () => {
  const play = new Play();
  const run = await play.run([play.task("a", 2000), play.task("b", 10)], { concurrency: 1 }, 1500);
  assert.deepEqual(await textsOf(run, "header .live"), ["Still going on"]);
  assert.deepEqual((await textsOf(run, "#summary ~ p")).slice(0, 2), [
    "0 of 2 tasks are done; 1 running, 1 waiting.",
    "Still going on after 1.5 s; the longest task alone has taken 1.5 s.",
  ]);
  assert.deepEqual((await textsOf(run, "dt"))[1], "As of");
  await play.clock.advance(1000);
  const fresh: Run = make(task("a", () => {}) as Task);
  assert.deepEqual(await textsOf(fresh, "header .live"), ["Not started"]);
  assert.deepEqual(await textsOf(fresh, "#summary ~ p"), ["Nothing has started: 1 task in all."]);
  assert.deepEqual(await textsOf([], "#summary ~ p"), ["There are no tasks."]);
});

test("a report tells of one moment, though the run goes on while it is made", async () => {
  const play = new Play();
  const a = play.task("a", 2000);
  const report = toReport(await play.run(a, {}, 1500));
  a.done(undefined);
  const { document } = parseHTML(await report);
  assert.deepEqual(
    [...document.querySelectorAll("tbody .state")].map(({ textContent }) => textContent),
    ["► RUNNING"],
  );
});

test("its policy allows the one style and the one script of the page by their hashes, and nothing else", async () => {
  const play = new Play();
  const html = await toReport(await play.run(play.task("a", 10)), { title: "</title><script>alert(1)</script>" });
  const { document } = parseHTML(html);
  const policy = document.querySelector("meta[http-equiv]")?.getAttribute("content");
  const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const [style, script] = ["style", "script"].map((name) => new RegExp(`<${name}>([^]*?)</${name}>`).exec(html)![1]!);
  assert.equal(
    policy,
    `default-src 'none'; style-src ${hash(style!)}; script-src ${hash(script!)}; img-src data:; base-uri 'none'; form-action 'none'`,
  );
  assert.deepEqual([html.match(/<script/g)?.length, html.match(/<style/g)?.length], [1, 1]);
  assert.equal(document.title, "</title><script>alert(1)</script>");
  assert.doesNotMatch(html, /(?:src|href)="(?!#|data:,")/);
  assert.doesNotMatch(html, / (?:style|on\w+)="/);
});

test("names and errors of every kind are text in it", async () => {
  const play = new Play();
  const tasks = HOSTILE_NAMES.map((name) => play.task(name, 1, { fails: 1, group: name }));
  const { document } = parseHTML(await toReport(await play.run(tasks)));
  assert.equal(document.querySelectorAll("tbody tr").length, HOSTILE_NAMES.length);
  assert.equal(document.querySelectorAll("script, iframe, img, object, embed, base").length, 1);
  const ids = [...document.querySelectorAll("section [id]:not(svg *)")].map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
});

test("tasks may come from an iterable that can be read only once", async () => {
  const play = new Play();
  const b = play.task("b", 20, { after: [play.task("a", 10)] });
  const { tasks } = await play.run(b);
  assert.equal(await toReport(tasks.values()), await toReport(tasks));
});

test("what has no tasks is refused, and so are wrong options, those of the drawings too", async () => {
  await assert.rejects(toReport(1 as never), {
    name: "TypeError",
    message: "toReport: expected a run, a TaskQueue, or tasks, got 1",
  });
  await assert.rejects(toReport([], { titel: "x" } as never), {
    message: /unknown option "titel", did you mean "title"/,
  });
  for (const [title, got] of [
    [1, "1"],
    ["", '""'],
  ]) {
    const message = `toReport.title: expected a title that is not empty, got ${got}`;
    await assert.rejects(toReport([], { title } as never), { name: "TypeError", message });
  }
  for (const name of ["graph", "timeline"]) {
    for (const wrong of [1, null, []]) {
      const message = new RegExp(`^toReport\\.${name}: expected an object of options, got `);
      await assert.rejects(toReport([], { [name]: wrong }), { name: "TypeError", message });
    }
  }
  await assert.rejects(toReport([], { graph: { direction: "UP" as never } }), {
    code: "ERR_THENCE_ARGUMENT",
    message: /^toReport\.graph\.direction: expected /,
  });
  await assert.rejects(toReport([], { timeline: { rows: "x" as never } }), { code: "ERR_THENCE_ARGUMENT" });
});
