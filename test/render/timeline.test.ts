// The timeline that people see: true to the run, well-formed, and with no way for a name to become more than text.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DOMParser, type Element } from "@xmldom/xmldom";
import { make, task, TaskQueue, type Task } from "thence";
import { toTimeline, type Timed, type TimelineOptions } from "thence/render";
import { PATH_COLOR } from "../../src/render/theme.ts";
import { HOSTILE_NAMES } from "./names.ts";
import { Play } from "./played.ts";

interface Bar {
  readonly kind: string;
  readonly task: number;
  readonly title: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

interface Chart {
  readonly root: Element;
  readonly title: string;
  readonly bars: readonly Bar[];
  readonly waits: readonly { readonly kind: string; readonly task: number; readonly title: string }[];
  readonly texts: readonly string[];
}

function read(timed: Timed, options?: TimelineOptions): Chart {
  const refuse = (level: string, message: string): void => {
    if (!message.startsWith("Unicode replacement character")) throw new Error(`${level}: ${message}`);
  };
  const root = new DOMParser({ onError: refuse }).parseFromString(
    toTimeline(timed, options),
    "image/svg+xml",
  ).documentElement!;
  const groups = [...root.getElementsByTagName("g")];
  const ofKind = (kind: string) => groups.filter((each) => each.getAttribute("class")?.split(" ")[0] === kind);
  const facts = (group: Element) => ({
    kind: group.getAttribute("class")!.split(" ")[1]!,
    task: Number(group.getAttribute("data-task")),
    title: group.getElementsByTagName("title")[0]!.textContent ?? "",
  });
  const bars = ofKind("bar").map((group): Bar => {
    const shape = [...group.getElementsByTagName("rect"), ...group.getElementsByTagName("polygon")][0]!;
    const points = (shape.getAttribute("points") ?? "").split(" ").map((point) => point.split(",").map(Number));
    const [x, y, width] = shape.hasAttribute("points")
      ? [points[0]![0]!, points[0]![1]!, points[2]![0]! - points[0]![0]!]
      : ["x", "y", "width"].map((name) => Number(shape.getAttribute(name)));
    return Object.assign(facts(group), { x: x!, y: y!, width: width! });
  });
  const texts = [...root.getElementsByTagName("text")].map(({ textContent }) => textContent ?? "");
  return {
    root,
    title: root.getElementsByTagName("title")[0]!.textContent ?? "",
    bars,
    waits: ofKind("wait").map(facts),
    texts,
  };
}

test("each attempt is a bar that tells of its task, its time, its error and what it waited for", async () => {
  const play = new Play();
  const a = play.task("a", 100, { uses: { db: 1 } });
  const b = play.task("b", 200, { uses: { db: 1 }, fails: 1, retry: { limit: 1, delay: 50 } });
  const run = await play.run([a, b], { resources: { db: 1 }, concurrency: 2 });
  const { title, bars } = read(run);
  assert.equal(title, "2 tasks: 2 DONE · 550 ms");
  const said = bars.map(({ kind, task: place, title: words }) => `${kind} ${place} ${words.replaceAll("\n", " | ")}`);
  assert.deepEqual(said.toSorted(), [
    "DONE 0 a | DONE · attempt 1 · 100 ms · began at 0 ms",
    "DONE 1 b | DONE · attempt 2 · 200 ms · began at 350 ms | waited 50 ms for a retry | on the longest path",
    "retry 1 b | failed, tried again · attempt 1 · 200 ms · began at 100 ms | Error: b failed 1 | waited 100 ms for `db` | on the longest path",
  ]);
});

test("rows are slots as they were used, and no two bars on a row overlap", async () => {
  const play = new Play();
  const tasks: Task[] = [];
  for (let index = 0; index < 60; index++) tasks.push(play.task(`t${index}`, 10 + ((index * 7) % 40)));
  const { bars, texts } = read(await play.run(tasks, { concurrency: 4 }));
  assert.equal(bars.length, 60);
  assert.equal(new Set(bars.map(({ y }) => y)).size, 4);
  assert.deepEqual(
    texts.filter((text) => text.startsWith("slot")),
    ["slot 1", "slot 2", "slot 3", "slot 4"],
  );
  for (const row of Map.groupBy(bars, ({ y }) => y).values()) {
    const sorted = row.toSorted((a, b) => a.x - b.x);
    for (const [index, bar] of sorted.slice(1).entries()) {
      assert.ok(bar.x >= sorted[index]!.x + sorted[index]!.width, `${bar.title} overlaps ${sorted[index]!.title}`);
    }
  }
});

test("with a row for each task, every kind of wait has a mark of its own, and the legend names it", async () => {
  const play = new Play();
  const a = play.task("a", 100, { uses: { db: 1 }, fails: 1, retry: { limit: 1, delay: 100 }, priority: 1 });
  const b = play.task("b", 300, { uses: { db: 1 } });
  const c = play.task("c", 300, { after: [a] });
  const d = play.task("d", 100, { priority: -1 });
  const e = play.task("e", 50, { after: [d], queue: async (start) => (await play.wait(60), start()) });
  const f = play.task("f", 20, { priority: -2 });
  const run = await play.run([a, b, c, d, e, f], { resources: { db: 1 }, concurrency: 2 });
  const { waits, texts } = read(run, { rows: "task" });
  const kinds = new Set(waits.map(({ kind }) => kind));
  assert.deepEqual([...kinds].toSorted(), ["backoff", "prerequisite", "queue", "resource", "slot"]);
  const said = [
    "waits for a prerequisite",
    "waits for a slot",
    "waits for a resource",
    "waits in a queue",
    "waits for a retry",
  ];
  for (const words of said) assert.ok(texts.includes(words), words);
  assert.ok(!texts.includes("waits for its turn"));
  assert.ok(waits.some(({ title }) => /^b\nwaited \d+ ms for `db`, from \d+ ms on$/.test(title)));
  const rows = texts.filter((text) => /^✓ [a-f]$/.test(text));
  assert.deepEqual(rows.toSorted(), ["✓ a", "✓ b", "✓ c", "✓ d", "✓ e", "✓ f"]);
});

test("the longest path is marked on its bars and explained", async () => {
  const play = new Play();
  const a = play.task("a", 100);
  const b = play.task("b", 100, { after: [a] });
  const { bars, texts, root } = read(await play.run([b, play.task("c", 150)]));
  assert.deepEqual(
    bars.filter(({ title }) => title.endsWith("on the longest path")).map(({ title }) => title[0]),
    ["a", "b"],
  );
  assert.ok(texts.includes("longest path, 200 ms"));
  assert.equal(
    [...root.getElementsByTagName("path")].filter((each) => each.getAttribute("class") === "path").length,
    1,
  );
});

test("a longest path of one task is explained where it is marked", async () => {
  const play = new Play();
  const { texts, root } = read(await play.run([play.task("a", 20), play.task("b", 10)]));
  const marks = [...root.getElementsByTagName("rect")].filter((each) => each.getAttribute("fill") === PATH_COLOR);
  assert.deepEqual([marks.length, texts.includes("longest path, 20 ms")], [2, true]);
});

test("a run that is still going is drawn up to the present, with open bars", async () => {
  const play = new Play();
  const run = await play.run(play.task("a", 1000), {}, 400);
  const { title, bars, texts, root } = read(run);
  assert.equal(title, "1 task: 1 RUNNING · 400 ms so far");
  assert.deepEqual(
    bars.map(({ kind, title: words }) => [kind, words]),
    [["RUNNING", "a\nRUNNING · attempt 1 · 400 ms so far · began at 0 ms\non the longest path"]],
  );
  assert.ok(texts.includes("still running"));
  assert.equal([...root.getElementsByTagName("path")].filter((each) => each.getAttribute("class") === "now").length, 1);
  await play.clock.advance(1000);
});

test("what failed or was cancelled without an attempt has its sign on the row of the task, and is counted where rows are slots", async () => {
  const play = new Play();
  const a = play.task("a", 50, { fails: 1 });
  const run = await play.run(play.task("b", 10, { after: [a] }), { concurrency: 2 });
  const lost = [...read(run, { rows: "task" }).root.getElementsByTagName("g")].filter(
    (each) => each.getAttribute("class") === "lost FAILED",
  );
  assert.equal(lost.length, 1);
  assert.match(lost[0]!.textContent ?? "", /^b\nFAILED\nBlockedError: [^]*waited 50 ms for `a`✗$/);
  const { texts } = read(run);
  assert.ok(texts.includes("Without an attempt: 1 failed because of others"));
  assert.ok(texts.includes("1 of 2 slots were used"));
});

test("the same run gives the same text", async () => {
  const drawn: string[] = [];
  for (let round = 0; round < 2; round++) {
    const play = new Play();
    const a = play.task("a", 30, { fails: 1, retry: 1 });
    const run = await play.run([a, play.task("b", 20, { after: [a] }), play.task("c", 30)], { concurrency: 2 });
    drawn.push(toTimeline(run), toTimeline(run, { rows: "task" }));
    assert.equal(toTimeline(run), drawn.at(-2));
  }
  assert.equal(drawn[0], drawn[2]);
  assert.equal(drawn[1], drawn[3]);
});

test("nothing in a name or an error becomes markup, a link or a script", async () => {
  const known = new Set(["svg", "title", "g", "rect", "path", "polygon", "text"]);
  const play = new Play();
  const tasks = HOSTILE_NAMES.map((name) => play.task(name, 100, { fails: 1, uses: { [name]: 1 } }));
  const resources = Object.fromEntries(HOSTILE_NAMES.map((name) => [name, 1]));
  const run = await play.run(tasks, { concurrency: 5, resources });
  for (const rows of ["slot", "task"] as const) {
    const { root, bars } = read(run, { rows });
    assert.equal(bars.length, HOSTILE_NAMES.length);
    for (const element of [root, ...root.getElementsByTagName("*")]) {
      assert.ok(known.has(element.nodeName), `an element of its own: ${element.nodeName}`);
      for (const { name } of element.attributes)
        assert.ok(!/^on|href|style$|^id$|^xlink:/i.test(name), `an attribute of its own: ${name}`);
    }
  }
});

test("of more than 2,000 tasks the longest, the failed and the longest path are drawn, and the rest is counted", async () => {
  const play = new Play();
  const tasks: Task[] = [];
  for (let index = 0; index < 2100; index++)
    tasks.push(play.task(`t${index}`, index < 100 ? 1 : 10, { fails: index === 5 ? 1 : 0 }));
  const { bars, texts, root } = read(await play.run(tasks, { concurrency: 50 }));
  assert.equal(bars.length, 2000);
  assert.ok(bars.some(({ task: place }) => place === 5));
  assert.ok(texts.includes("other tasks, together"));
  const rests = [...root.getElementsByTagName("g")].filter((each) => each.getAttribute("class") === "rest");
  const counts = rests.map(({ textContent }) =>
    Number(/^(\d+) attempts? not shown one by one/.exec(textContent ?? "")![1]),
  );
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    100,
  );
  assert.ok(
    texts.some((text) =>
      text.startsWith("2,000 of 2,100 tasks are shown: the longest path, failures, and those that ran longest."),
    ),
  );
});

test("the widest label of a row is whole", async () => {
  for (const name of ["a", "w2", "build", "compile the client", "make all of it"]) {
    const play = new Play();
    const { texts } = read(await play.run(play.task(name, 10)), { rows: "task" });
    assert.ok(texts.includes(`✓ ${name}`), texts.join());
  }
});

test("no tasks, and tasks that have not started, are drawn as a note", () => {
  assert.deepEqual(read([]).texts, ["No tasks"]);
  assert.equal(read([]).title, "No tasks");
  for (const rows of ["slot", "task"] as const) {
    assert.deepEqual(read(make(task("a", () => {})), { rows }).texts, ["Not started: 1 task"]);
  }
  assert.equal(read(new TaskQueue([task("a", () => {})])).title, "1 task: 1 PENDING · not started");
});

test("what is no run, queue or task is refused, and so are wrong options", () => {
  const odd = { tasks: [1], concurrency: 1, resources: {} };
  for (const wrong of [undefined, null, 1, "a", {}, [1], { tasks: 1 }, { tasks: [] }, odd]) {
    assert.throws(() => toTimeline(wrong as never), {
      name: "TypeError",
      code: "ERR_THENCE_ARGUMENT",
      message: /^toTimeline: expected/,
    });
  }
  assert.throws(() => toTimeline([], { rows: "tasks" as never }), {
    message: 'toTimeline.rows: expected "slot" or "task", got "tasks"',
  });
  assert.throws(() => toTimeline([], { width: 10 }), {
    name: "RangeError",
    message: /toTimeline.width: expected a number of at least 300, got 10/,
  });
  assert.throws(() => toTimeline([], { row: "task" } as never), { message: /unknown option "row"/ });
});
