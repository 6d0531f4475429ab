// Holds the layout against the code. Each rule is first shown to fail on a small faulty example, then applied to the repository.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { readModule } from "./imports.ts";
import { cycleFaults, directionFaults, exampleFaults, peerFaults, shapeFaults, type Files } from "./structure.ts";
import { manifest, ROOT } from "./workspace.ts";

const sources = readFiles("src");

test("imports are read from statements of every form and not from comments or strings", () => {
  const { imports } = readModule(
    "a.ts",
    `// import "./comment.ts";
     import type { A } from "./a.ts";
     import { type B } from "./b.ts";
     import "./c.ts";
     export * from "./d.ts";
     export type { E } from "./e.ts";
     const f = await import("./f.ts"), g = await import(f.name), text = 'import "./string.ts"';
     type H = import("./h.ts").H;
     export const local = 1;`,
  );
  assert.deepEqual(
    imports.map(({ specifier, typeOnly }) => `${specifier}${typeOnly ? " (type)" : ""}`),
    ["./a.ts (type)", "./b.ts", "./c.ts", "./d.ts", "./e.ts (type)", "./f.ts", "undefined", "./h.ts (type)"],
  );
});

test("an import that points in a forbidden direction is a fault, a type import too", () => {
  assert.match(
    one(directionFaults(files({ "src/core/a.ts": 'import type { T } from "../render/dot.ts";' }))),
    /nothing of ours/,
  );
  assert.match(
    one(directionFaults(files({ "src/queues/a.ts": 'import "../worker/worker.ts";' }))),
    /queues may import core/,
  );
  assert.match(one(directionFaults(files({ "src/render/a.ts": 'export * from "../index.ts";' }))), /src\/index\.ts/);
  assert.match(one(directionFaults(files({ "src/cli/a.ts": 'import "../testing/index.ts";' }))), /src\/testing/);
  assert.match(
    one(directionFaults(files({ "src/core/a.ts": 'import "../../test/helpers/graph.ts";' }))),
    /outside src/,
  );
  assert.match(one(directionFaults(files({ "src/render/a.ts": 'import "thence";' }))), /by path/);
  assert.match(one(directionFaults(files({ "src/extras/a.ts": "" }))), /no row/);
});

test("core importing a part of Node or a computed name is a fault, and only core", () => {
  for (const bad of ['import "node:fs"', 'import "fs"', 'import type { X } from "node:net"', "await import(name)"]) {
    assert.equal(directionFaults(files({ "src/core/a.ts": bad })).length, 1, bad);
    assert.deepEqual(directionFaults(files({ "src/worker/a.ts": bad })), []);
  }
});

test("imports that point the right way are no fault", () => {
  const good = files({
    "src/index.ts": 'import "node:os"; export * from "./core/task.ts"; export * from "./render/dot.ts";',
    "src/core/task.ts": 'import "xstate"; import type { Run } from "./run.ts";',
    "src/core/run.ts": 'import { Task } from "./task.ts";',
    "src/worker/worker.ts": 'import "../queues/choose.ts"; import "../core/task.ts";',
  });
  assert.deepEqual([...directionFaults(good), ...cycleFaults(good)], []);
});

test("a cycle of imports is a fault that names its path, unless a type import closes it", () => {
  const cycle = { "src/core/a.ts": 'import "./b.ts";', "src/core/b.ts": 'export * from "./c.ts";' };
  assert.deepEqual(cycleFaults(files({ ...cycle, "src/core/c.ts": 'import { a } from "./a.ts";' })), [
    "src/core/a.ts -> src/core/b.ts -> src/core/c.ts -> src/core/a.ts",
  ]);
  assert.deepEqual(cycleFaults(files({ ...cycle, "src/core/c.ts": 'import type { A } from "./a.ts";' })), []);
});

test("a file of 301 lines is a fault and one of 300 is not", () => {
  assert.match(one(shapeFaults(files({ "test/a.test.ts": "\n".repeat(301) }))), /301 lines/);
  assert.deepEqual(shapeFaults(files({ "test/a.test.ts": "\n".repeat(300) })), []);
});

test("a source with a default export is a fault, however it is written", () => {
  for (const bad of [
    "export default 1;",
    "const a = 1; export { a as default };",
    'export { a as default } from "./b.ts";',
  ]) {
    assert.match(one(shapeFaults(files({ "src/core/a.ts": `// What a is.\n${bad}` }))), /default export/, bad);
  }
});

test("a source that does not open with a comment is a fault", () => {
  for (const bad of ["export const a = 1; // late", "// oxlint-disable no-new\nexport const a = 1;", ""]) {
    assert.match(one(shapeFaults(files({ "src/core/a.ts": bad }))), /does not open/, bad);
  }
  assert.deepEqual(
    shapeFaults(files({ "src/cli/a.ts": "#!/usr/bin/env node\n// The command.\nexport const a = 1;" })),
    [],
  );
});

test("an optional peer that is imported in two files, or in none, is a fault", () => {
  const two = files({
    "src/queues/a.ts": 'await import("pg/lib/x.js")',
    "src/queues/b.ts": 'import type { P } from "pg"',
  });
  assert.match(one(peerFaults(two, ["pg"])), /src\/queues\/a\.ts, src\/queues\/b\.ts/);
  assert.match(one(peerFaults(two, ["@scope/none"])), /no file/);
  assert.deepEqual(peerFaults(files({ "src/queues/a.ts": 'import "@scope/some/part"' }), ["@scope/some"]), []);
});

test("an example that imports a source by its path is a fault", () => {
  assert.match(
    one(exampleFaults(files({ "examples/01-a.ts": 'import { task } from "../src/index.ts";' }))),
    /by its name/,
  );
  assert.deepEqual(
    exampleFaults(files({ "examples/01-a.ts": 'import { task } from "thence"; import "./parts.ts";' })),
    [],
  );
});

test("the folders of src import each other only in the directions of the table", () => {
  assert.ok(sources.size > 0);
  assert.deepEqual(directionFaults(sources), []);
});

test("no files of src import each other in a circle at run time", () => {
  assert.deepEqual(cycleFaults(sources), []);
});

test("no file is longer than 300 lines, and every source opens with a comment and has no default export", () => {
  assert.deepEqual(shapeFaults(new Map([...sources, ...readFiles("test"), ...readFiles("examples")])), []);
});

test("every optional peer is imported in exactly one file", () => {
  const peers = Object.entries(manifest.peerDependenciesMeta ?? {}).filter(([, { optional }]) => optional);
  assert.deepEqual(
    peerFaults(
      sources,
      peers.map(([name]) => name),
    ),
    [],
  );
});

test("examples import the package by its name", () => {
  assert.deepEqual(exampleFaults(readFiles("examples")), []);
});

test("the top level holds only what belongs there", () => {
  const content = "src test examples README.md LICENSE CHANGELOG.md package.json package-lock.json";
  const settings =
    "tsconfig.json tsconfig.build.json .ci .github .git .gitignore .knip.jsonc .oxfmtrc.json .oxlintrc.json";
  const allowed = new Set(`${content} ${settings}`.split(" "));
  const ignored = readFileSync(path.join(ROOT, ".gitignore"), "utf8").split("\n").filter(Boolean);
  const strangers = readdirSync(ROOT).filter(
    (name) => !allowed.has(name) && !ignored.some((pattern) => path.matchesGlob(name, pattern.replace(/\/$/, ""))),
  );
  assert.deepEqual(strangers, []);
});

function files(texts: Record<string, string>): Files {
  return new Map(Object.entries(texts));
}

function one(faults: readonly string[]): string {
  assert.equal(faults.length, 1, `one fault expected, got: ${faults.join("; ") || "none"}`);
  return faults[0]!;
}

function readFiles(folder: string): Files {
  return new Map(
    readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|mjs|js|py|html|css)$/.test(entry.name))
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => [path.relative(ROOT, file).split(path.sep).join("/"), readFileSync(file, "utf8")]),
  );
}
