// A program that makes one graph after the other: what V8 has compiled for the first must serve for the next, even if nothing of the
// first is left. V8 itself is asked, by its trace.

import assert from "node:assert/strict";
import { test } from "node:test";
import { execute } from "../repository/workspace.ts";

const PROGRAM = `
import { make, task } from "thence";
const play = async () => {
  let before = [];
  const tasks = Array.from({ length: 30_000 }, (_, i) => {
    const each = task("t" + i, { require: before, run: async () => {} });
    before = i % 3 === 0 ? [] : [each];
    return each;
  });
  for await (const _ of make(tasks));
};
for (let round = 0; round < 3; round++) {
  await play();
  gc();
}
`;

// Each function is compiled on its own. Which calls are inlined, and so compiled only within their callers, depends on the moment.
const FLAGS = ["--expose-gc", "--trace-opt", "--trace-deopt", "--no-turbo-inlining", "--no-maglev-inlining"];

test("what was compiled for one run is not thrown away when that has been collected", async () => {
  const lines = (await play(PROGRAM, ...FLAGS)).split("\n");
  const compiled = namesIn(lines.filter((line) => line.includes("completed optimizing")));
  const lost = namesIn(lines.filter((line) => line.includes("weak objects cleared")));
  // What every task goes through.
  for (const name of ["step", "#climb", "consider", "takePlain", "lookAt", "outcome"]) {
    assert.ok(compiled.has(name), `${name} was never compiled: ${[...compiled].join(" ")}`);
    assert.ok(!lost.has(name), `the code of ${name} was thrown away`);
  }
});

test("tasks are numbered from 1 without a gap, by which a program that is started again finds its jobs", async () => {
  const program = `
import { task } from "thence";
const numbers = [];
for (let k = 0; k < 3; k++) {
  numbers.push(task("t", () => {}).id);
  await new Promise((resolve) => setTimeout(resolve, 20));
}
console.log(numbers.join());`;
  assert.equal(await play(program), "1,2,3\n");
});

async function play(program: string, ...flags: string[]): Promise<string> {
  const args = ["--conditions=thence-source", "--input-type=module", ...flags, "--eval", program];
  const { code, stdout, stderr } = await execute(process.execPath, args, import.meta.dirname);
  assert.equal(code, 0, stderr);
  return stdout;
}

function namesIn(lines: readonly string[]): Set<string> {
  return new Set(lines.map((line) => /<(?:JSFunction|SharedFunctionInfo) (.*?)(?: \(|>)/.exec(line)?.[1] ?? ""));
}
