// The progress display in real terminals, as a person sees it there.

import assert from "node:assert/strict";
import { test } from "node:test";
import stringWidth from "string-width";
import { visit, withoutTerminal as skip, type Size, type Visit } from "./terminal.ts";

const play = (scenario: string, size?: Size): Promise<Visit> => visit("progress-process.ts", [scenario], size);

/** The lines at a mark, with times and the blanks before them the same whatever the machine. */
function seen({ screens }: Visit, name: string): string[] {
  const lines = screens.get(name);
  assert.ok(lines !== undefined, `there was no mark ${name}, only ${[...screens.keys()].join(", ")}`);
  return lines.map((line) => line.replaceAll(/\d+(\.\d+)? m?s\b/g, "T").replaceAll(/ +T/g, " T"));
}

test(
  "a terminal shows what runs, how far, the last log line and the counts, and in the end the summary",
  { skip },
  async () => {
    const visited = await play("whole");
    assert.deepEqual(seen(visited, "running"), [
      "✗ compile T: line 3: no such name",
      "► test T  ━━━─────────  25%",
      "│ read sources │ two files",
      "━━━━━━━━━─── 4/5 · 1 failed · 1 blocked · 1 running · T · about T left",
    ]);
    assert.deepEqual(seen(visited, "end"), [
      "✗ compile T: line 3: no such name",
      "✗ 3 of 5 tasks done, 1 failed, 1 blocked in T",
      "  the longest path took T: read sources → check types → test",
      "  ✗ compile: line 3: no such name",
      "      caused by typing error",
      "      blocks pack",
      "the program goes on",
    ]);
    assert.ok(visited.isCursorShown);
  },
);

test(
  "what the program prints appears above the progress, line by line, and the streams are as before in the end",
  { skip },
  async () => {
    const visited = await play("printed", { columns: 60 });
    assert.deepEqual(seen(visited, "half"), ["first line", "► talk T", "0/1 · 1 running · T"]);
    const printed = [
      "first line",
      "from stderr",
      "half of a line",
      "coloured and a line that is so long that it does not fit int",
      "o the terminal",
    ];
    assert.deepEqual(seen(visited, "printed"), [...printed, "► talk T", "0/1 · 1 running · T"]);
    assert.deepEqual(seen(visited, "end"), [
      ...printed,
      "no end",
      "✓ 1 task done in T",
      "after the run",
      "false false",
    ]);
  },
);

test("of many running tasks as many are shown as there are rows", { skip }, async () => {
  const lines = seen(await play("many", { columns: 60, rows: 10 }), "many");
  assert.equal(lines.length, 9 - 1);
  assert.deepEqual(lines.slice(-3), ["► number 5 T", "… and 294 more", "0/300 · 300 running · T"]);
});

test("a terminal of 20 columns shows what matters, and no line is broken", { skip }, async () => {
  const visited = await play("whole", { columns: 20, rows: 8 });
  assert.deepEqual(seen(visited, "running").slice(-3), ["► test T 25%", "│ read sources │ t…", "4/5 · 1 failed"]);
});

test("one row is enough for the counts", { skip }, async () => {
  assert.deepEqual(seen(await play("many", { columns: 30, rows: 2 }), "many"), ["0/300 · 300 running · T"]);
});

test(
  "a terminal that is made narrower, wider or lower is drawn anew, and nothing above is lost",
  { skip },
  async () => {
    const visited = await play("resized", { columns: 60, rows: 12 });
    const narrow = ["► a tas…er 0 T", "► a tas…er 1 T", "► a tas…er 2 T"];
    assert.deepEqual(seen(visited, "narrow"), ["above", ...narrow, "0/3 · 3 running · T"]);
    const [above, , , , status, ...more] = seen(visited, "wide again");
    assert.deepEqual([above, status, more], ["above", "──────────── 0/3 · 3 running · T", []]);
    assert.match(seen(visited, "wide again")[1]!, /^► a task with a rat.*, number 0 T$/);
    assert.deepEqual(seen(visited, "low").slice(-2), ["… and 2 more", "──────────── 0/3 · 3 running · T"]);
  },
);

for (const [keys, signal, code] of [
  ["\u0003", "SIGINT", 130],
  ["\u001C", "SIGQUIT", 131],
] as const) {
  test(
    `${signal} from the keyboard ends the program with the cursor shown and the summary written`,
    { skip },
    async () => {
      const visited = await play("interrupted", { press: { at: "running", keys } });
      assert.match(
        seen(visited, "end").at(-1)!,
        new RegExp(`0 of 1 task done, 1 unfinished in T \\(.* by ${signal}\\)$`),
      );
      assert.deepEqual([visited.isCursorShown, visited.exitCode], [true, code]);
      assert.ok(visited.raw.includes("\u001B[?25l"), "the cursor was hidden meanwhile");
    },
  );
}

test("process.exit in the middle of a run leaves the cursor shown, and what was printed last", { skip }, async () => {
  const visited = await play("exited");
  assert.deepEqual(seen(visited, "end"), ["last words", "⊘ 0 of 1 task done, 1 unfinished in T (the process ended)"]);
  assert.deepEqual([visited.isCursorShown, visited.exitCode], [true, 3]);
});

test("an exception that nobody catches is printed below the summary, with the cursor shown", { skip }, async () => {
  const visited = await play("thrown");
  const lines = seen(visited, "end");
  assert.equal(lines[0], "⊘ 0 of 1 task done, 1 unfinished in T (the process ended)");
  assert.ok(lines.includes("Error: nobody catches this"), lines.join("\n"));
  assert.deepEqual([visited.isCursorShown, visited.exitCode], [true, 1]);
});

test("a display does not keep a process alive that has nothing else to do", { skip }, async () => {
  const visited = await play("idle");
  assert.deepEqual(seen(visited, "end"), ["⊘ 0 of 1 task done, 1 unfinished in T (the process ended)"]);
  assert.equal(visited.exitCode, 0);
});

test("names, log lines, messages and errors cannot move the cursor or colour the terminal", { skip }, async () => {
  const visited = await play("hostile", { columns: 80, rows: 24 });
  const lines = seen(visited, "end");
  assert.ok(lines.includes("  ✗ a␛[5A␛[2J␛[31mb: error with"), lines.join("\n"));
  assert.ok(lines.includes("  ✗ two␊lines␍␉tab: error with"));
  assert.ok(lines.includes("  ✗ ␇\uFFFD2Jbell: error with"));
  assert.ok(lines.includes("  ✗ right \uFFFDto left: error with"));
  assert.ok(lines.includes("    lines␀"));
  assert.equal(lines.filter((line) => /^✗ .* T: error with$/.test(line)).length, 5, lines.join("\n"));
  for (const evil of ["[5A", "[2J", "\u009B", "\u0007", "\u202E"]) {
    assert.ok(!visited.raw.includes(evil === "[5A" || evil === "[2J" ? `\u001B${evil}` : evil), JSON.stringify(evil));
  }
});

test("no line is wider than the terminal, whatever signs are in a name", { skip }, async () => {
  const visited = await play("signs", { columns: 40, rows: 12 });
  const lines = visited.screens.get("signs")!;
  assert.equal(lines.length, 5, lines.join("\n"));
  for (const line of lines) assert.ok(stringWidth(line) < 40, line);
});

test("two runs at the same time share the terminal", { skip }, async () => {
  const visited = await play("two", { columns: 60, rows: 12 });
  const [first, second] = ["► first T", "► second T"];
  assert.deepEqual(seen(visited, "both"), [first, "0/1 · 1 running · T", second, "0/1 · 1 running · T"]);
  const summary = "⊘ 0 of 1 task done, 1 cancelled in T";
  assert.deepEqual(seen(visited, "one"), [summary, second, "0/1 · 1 running · T"]);
});

test("what tasks print is on request their log and not printed", { skip }, async () => {
  const visited = await play("captured", { columns: 60, rows: 12 });
  assert.deepEqual(seen(visited, "two has spoken"), [
    "outside",
    "► one T",
    "► two T",
    "│ two │ two speaks",
    "0/2 · 2 running · T",
  ]);
  assert.deepEqual(seen(visited, "end"), ["outside", "✓ 2 tasks done in T"]);
});

test("what tasks print is written as their log where lines are written, once", { skip }, async () => {
  const { screens } = await visit("progress-process.ts", ["captured", "lines"]);
  const lines = screens.get("end")?.map((line) => line.replaceAll(/\d+(\.\d+)? m?s\b/g, "T"));
  assert.deepEqual(lines, [
    "outside",
    "one │ one speaks",
    "two │ two speaks",
    "[1/2] ✓ one T",
    "[2/2] ✓ two T",
    "✓ 2 tasks done in T",
  ]);
});

test("colours are left out under NO_COLOR, and the region is still drawn", { skip }, async () => {
  const color = new RegExp("\u001B\\[3[0-9]m".replace("\u001B", "\\x1B"));
  const painted = await play("whole");
  const plain = await play("whole", { env: { NO_COLOR: "1" } });
  assert.match(painted.raw, color);
  assert.doesNotMatch(plain.raw, color);
  assert.deepEqual(seen(plain, "end"), seen(painted, "end"));
  assert.equal(seen(plain, "running").length, 4);
});

for (const env of [{ CI: "true" }, { TERM: "dumb" }]) {
  test(`plain lines are written in a terminal with ${JSON.stringify(env)}`, { skip }, async () => {
    const visited = await play("whole", { env });
    assert.deepEqual(seen(visited, "end").slice(0, 6), [
      "read sources │ two files",
      "[1/5] ✓ read sources T",
      "[2/5] ✓ check types T",
      "[3/5] ✗ compile T: line 3: no such name",
      "[4/5] ⊘ pack blocked by compile",
      "[5/5] ✓ test T",
    ]);
    assert.ok(!visited.raw.includes("\u001B[?"), "nothing hides the cursor");
  });
}
