// Programs that show their progress in a terminal, one for each test: `node progress-process.ts <scenario>`. They mark the moments
// at which the test looks at the screen.

import { spawnSync } from "node:child_process";
import { make, task, type Run, type Task } from "thence";
import { progress, type ProgressOptions } from "thence/report";
import { mark } from "./terminal.ts";

const fast: ProgressOptions = { interval: 20 };
const hold = (): Promise<void> => new Promise(() => {});

/** Starts a run and lets it go on. */
function start(tasks: Task | Task[], options: ProgressOptions = fast): Run {
  const run = make([tasks].flat(), { concurrency: Infinity, grace: 0 });
  progress(run, options);
  void run.next();
  return run;
}

function resize(columns: number, rows: number): void {
  spawnSync("stty", ["cols", String(columns), "rows", String(rows)], { stdio: "inherit" });
}

const scenarios: Record<string, () => Promise<void>> = {
  async whole() {
    const sources = task("read sources", (_, { log }) => log("two files"));
    const types = task("check types", { require: sources, run: () => "fine" });
    const broken = task("compile", {
      require: sources,
      run: () => Promise.reject(new Error("line 3: no such name", { cause: new Error("typing error") })),
    });
    const pack = task("pack", { require: [types, broken], run: () => {} });
    const slow = task("test", { require: types, run: (_, { progress }) => (progress(0.25), mark("running", 800)) });
    const run = make([pack, slow]);
    progress(run, fast);
    for await (const _ of run);
    console.log("the program goes on");
  },

  async printed() {
    const name = task("talk", async () => {
      await mark("begun", 100);
      console.log("first line");
      process.stdout.write("half ");
      await mark("half", 60);
      console.error("from stderr");
      process.stdout.write("of a line\n");
      process.stdout.write(
        "\u001B[31mcoloured\u001B[39m and a line that is so long that it does not fit into the terminal\n",
      );
      await mark("printed", 60);
      process.stdout.write("no end");
    });
    const run = make(name);
    progress(run, fast);
    for await (const _ of run);
    console.log("after the run");
    console.log(Object.hasOwn(process.stdout, "write"), Object.hasOwn(process.stderr, "write"));
  },

  async many() {
    start(Array.from({ length: 300 }, (_, number) => task(`number ${number}`, hold)));
    await mark("many", 150);
    process.exit();
  },

  async resized() {
    start(Array.from({ length: 3 }, (_, number) => task(`a task with a rather long name, number ${number}`, hold)));
    console.log("above");
    await mark("wide", 150);
    await mark("size 30 12", 0);
    resize(30, 12);
    await mark("narrow", 150);
    await mark("size 100 12", 0);
    resize(100, 12);
    await mark("wide again", 150);
    await mark("size 100 4", 0);
    resize(100, 4);
    await mark("low", 150);
    process.exit();
  },

  async interrupted() {
    start(task("wait", hold));
    await mark("running", 150);
    await mark("not reached", 10_000);
  },

  async exited() {
    start(task("wait", hold));
    await mark("running", 150);
    process.stdout.write("last words");
    process.exit(3);
  },

  async thrown() {
    start(task("wait", hold));
    await mark("running", 150);
    throw new Error("nobody catches this");
  },

  async idle() {
    start(task("wait", hold));
  },

  async hostile() {
    const up = "\u001B[5A\u001B[2J\u001B[31m";
    const names = [
      `a${up}b`,
      "two\nlines\r\ttab",
      "\u0007\u009B2Jbell",
      "right \u202Eto left",
      "e\u0301\u0302\u0303\u0304\u0305\u0306\u0307".repeat(30),
    ];
    const tasks = names.map((name) =>
      task(name, async (_, { log, progress }) => {
        log(`log ${up}of ${name}`);
        progress({ value: 1, total: 2, message: `message ${up}` });
        await mark(`running ${names.indexOf(name)}`, 100 + 20 * names.indexOf(name));
        throw new Error(`error ${up}with\r\nlines\u0000`);
      }),
    );
    for await (const _ of start(tasks));
  },

  async signs() {
    const family = "👨‍👩‍👧‍👦";
    start(
      [`${family.repeat(12)} family`, "👍🏽".repeat(20), "漢字".repeat(20), "❤️ 🇩🇪 1️⃣ é"].map((name) => task(name, hold)),
    );
    await mark("signs", 150);
    process.exit();
  },

  async two() {
    const first = start(
      task("first", (_, { signal }) => new Promise((resolve) => signal.addEventListener("abort", resolve))),
    );
    start(task("second", hold));
    await mark("both", 150);
    first.cancel();
    await mark("one", 150);
    process.exit();
  },

  async captured() {
    const speak = (name: string): Task =>
      task(name, async () => {
        console.log(`${name} speaks`);
        await mark(`${name} has spoken`, 100);
      });
    const run = make([speak("one"), speak("two")]);
    progress(run, { ...fast, captureConsole: true, mode: process.argv[3] === "lines" ? "lines" : "auto" });
    console.log("outside");
    for await (const _ of run);
  },
};

const scenario = scenarios[process.argv[2] ?? ""];
if (scenario === undefined) throw new Error(`no scenario ${process.argv[2]}`);
await scenario();
