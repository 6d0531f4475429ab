// The tables, on a terminal and in a pipe.

import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { Output } from "../../src/cli/output.ts";
import { writeFacts, writeTable, type Column } from "../../src/cli/table.ts";

class Screen extends Writable {
  text = "";
  isTTY: boolean;
  columns = 30;

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

function outputTo(screen: Screen): Output {
  return new Output(screen as unknown as NodeJS.WriteStream, () => {});
}

interface Row {
  readonly id: string;
  readonly count?: number;
  readonly note: string;
}

const columns: Column<Row>[] = [
  { title: "ID", value: ({ id }) => id },
  { title: "COUNT", value: ({ count }) => count, align: "right" },
  { title: "NOTE", value: ({ note }) => note },
];
const rows: Row[] = [
  { id: "a", count: 12_345_678, note: "short" },
  { id: "日本", note: "a note that is longer than the terminal is wide" },
];

test("in a pipe columns line up and nothing is cut", async () => {
  const screen = new Screen(false);
  await writeTable(outputTo(screen), rows, columns);
  assert.equal(
    screen.text,
    [
      "ID       COUNT  NOTE",
      "a     12345678  short",
      "日本            a note that is longer than the terminal is wide",
      "",
    ].join("\n"),
  );
});

test("on a terminal the last column is cut to what is left of the width", async () => {
  const screen = new Screen(true);
  await writeTable(outputTo(screen), rows, columns);
  assert.match(screen.text, /^日本 +a note that i…$/m);
});

test("names cannot bring control characters into a table", async () => {
  const screen = new Screen(true);
  await writeTable(outputTo(screen), [{ id: "\u001b[2J\nx", note: "\u009b5m" }], columns);
  await writeFacts(outputTo(screen), { name: "\u001b]0;title\u0007", absent: undefined });
  // What the table itself colours is a reset or a simple colour.
  // oxlint-disable-next-line no-control-regex
  assert.doesNotMatch(screen.text.replaceAll(/\u001b\[\d+m/g, ""), /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  assert.match(screen.text, /\\x1b\[2J\\nx/);
  assert.doesNotMatch(screen.text, /absent/);
});

test("a reader that has gone is told once, and writing goes on without an error", async () => {
  let told = 0;
  const screen = new Screen(false);
  const output = new Output(screen as unknown as NodeJS.WriteStream, () => told++);
  screen.emit("error", Object.assign(new Error("broken pipe"), { code: "EPIPE" }));
  screen.emit("error", Object.assign(new Error("broken pipe"), { code: "EPIPE" }));
  await output.line("nobody reads this");
  await output.flush();
  assert.deepEqual([told, screen.text], [1, ""]);
});
