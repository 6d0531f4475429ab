// Holds the README to what it says: its programs compile, run and print what it shows, its commands and links exist.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { codeBlocks, printsAs, programsIn, shelve, tooNew } from "./programs.ts";
import { manifest, ROOT } from "./workspace.ts";

const readme = readFileSync(path.join(ROOT, "README.md"), "utf8");
const blocks = codeBlocks(readme);
const programs = programsIn("README.md", readme);
const shelf = await shelve(programs);
after(() => shelf[Symbol.asyncDispose]());

test("the README has at most 150 lines", () => {
  assert.ok(readme.trimEnd().split("\n").length <= 150);
});

test("the first program of the README starts by line 10 and ends by line 22", () => {
  const first = blocks.find(({ language }) => language === "ts");
  assert.ok(first && first.start <= 10 && first.end <= 22, JSON.stringify(first));
});

test("no code block of the README escapes these tests", () => {
  for (const [index, { language, start }] of blocks.entries()) {
    assert.ok(["ts", "text", "sh"].includes(language), `line ${start}: nothing checks blocks of "${language}"`);
    if (language === "text") assert.equal(blocks[index - 1]?.language, "ts", `line ${start}: the output of no program`);
  }
});

test("every command in the README exists", () => {
  const commands = blocks.filter(({ language }) => language === "sh").flatMap(({ text }) => commandsIn(text));
  assert.ok(commands.length > 0);
  assert.deepEqual(
    commands.filter((command) => !isKnown(command)),
    [],
  );
});

test("a command is known if npm has it or package.json defines it", () => {
  assert.deepEqual(commandsIn("npm ci && npm test # all\n\n# note\nnpm run demo"), [
    "npm ci",
    "npm test",
    "npm run demo",
  ]);
  for (const known of ["npm ci", "npm test", "npm run build", "npm install thence"]) assert.ok(isKnown(known), known);
  for (const unknown of ["npm run no-such", "npm install other", "yarn", "npm"]) assert.ok(!isKnown(unknown), unknown);
});

test("every file that the README links to exists", () => {
  const targets = [...readme.matchAll(/\]\(([^)#\s]+)|(?:src|href)="([^"#]+)/g)].map(
    ([, link, html]) => link ?? html ?? "",
  );
  const missing = targets.filter((target) => !target.includes("://") && !existsSync(path.join(ROOT, target)));
  assert.deepEqual(missing, []);
});

test("the programs of the README use nothing that the oldest Node lacks", () => {
  assert.deepEqual(tooNew(programs), []);
});

test("the programs of the README compile", async () => {
  const { stdout, stderr } = await shelf.check();
  assert.equal(stdout + stderr, "");
});

for (const program of programs) {
  test(`the program at ${program.where} runs and prints what the README shows`, async () => {
    const { code, stdout, stderr } = await shelf.run(program);
    assert.equal(code, 0, stderr);
    if (program.output !== undefined && !printsAs(program.output, stdout)) assert.equal(stdout, program.output);
  });
}

function commandsIn(text: string): string[] {
  const lines = text.split("\n").map((line) => line.replace(/(^|\s)#.*/, ""));
  return lines
    .flatMap((line) => line.split("&&"))
    .map((command) => command.trim())
    .filter(Boolean);
}

function isKnown(command: string): boolean {
  if (["npm ci", "npm test", `npm install ${manifest.name}`].includes(command)) return true;
  const script = /^npm run (\S+)$/.exec(command)?.[1];
  return script !== undefined && Object.hasOwn(manifest.scripts, script);
}
