// Builds, packs and installs the package as a user gets it, and uses it from plain JavaScript and from strict TypeScript.
// All of it happens in folders of its own: ./dist belongs to whoever builds.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { compile, execute, manifest, ROOT, temporaryFolder, type Folder } from "./workspace.ts";

const subPaths = Object.keys(manifest.exports).map((key) => path.posix.join(manifest.name, key));
const codePaths = subPaths.filter((name) => !name.endsWith(".json"));

let stage: Folder;
let consumer: Folder;
let packed: string[];

before(async () => {
  [stage, consumer] = [await temporaryFolder(), await temporaryFolder()];
  const inputs = [
    "src",
    "package.json",
    "tsconfig.json",
    "tsconfig.build.json",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
  ];
  for (const name of inputs.filter((input) => existsSync(path.join(ROOT, input)))) {
    await cp(path.join(ROOT, name), path.join(stage.path, name), { recursive: true });
  }
  await symlink(path.join(ROOT, "node_modules"), path.join(stage.path, "node_modules"), "junction");
  await succeed("npm", ["run", "build"], stage.path);

  const report = JSON.parse(await succeed("npm", ["pack", "--json"], stage.path)) as [
    { filename: string; files: { path: string }[] },
  ];
  packed = report[0].files.map((file) => file.path);
  await writeFile(path.join(consumer.path, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const tarball = path.join(stage.path, report[0].filename);
  await succeed("npm", ["install", tarball, "--no-audit", "--no-fund", "--prefer-offline"], consumer.path);
});

after(async () => {
  await stage[Symbol.asyncDispose]();
  await consumer[Symbol.asyncDispose]();
});

test("the package holds what it names and no tests, settings or examples", () => {
  for (const name of [
    "package.json",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "dist/index.js",
    "dist/index.d.ts",
    "src/index.ts",
  ]) {
    assert.ok(packed.includes(name), `${name} is missing`);
  }
  const allowed = /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|(dist|src)\/(?!.*\.test\.).+)$/;
  assert.deepEqual(
    packed.filter((file) => !allowed.test(file)),
    [],
  );
});

test("every sub-path can be imported by a plain program", async () => {
  assert.ok(codePaths.includes("thence"));
  const program = codePaths.map(
    (name) => `if (Object.keys(await import("${name}")).length === 0) throw new Error("${name} exports nothing");`,
  );
  await writeFile(path.join(consumer.path, "every.mjs"), program.join("\n"));
  await succeed(process.execPath, ["every.mjs"], consumer.path);
});

test("every sub-path can be required", async () => {
  const program = codePaths.map(
    (name) => `if (Object.keys(require("${name}")).length === 0) throw new Error("${name}");`,
  );
  await writeFile(path.join(consumer.path, "every.cjs"), program.join("\n"));
  await succeed(process.execPath, ["every.cjs"], consumer.path);
});

test("the package exports what a program of its users may need, and no helper of its own", async () => {
  const program = `console.log(Object.keys(await import("thence")).toSorted().join(" "));`;
  await writeFile(path.join(consumer.path, "names.mjs"), program);
  const names = (await succeed(process.execPath, ["names.mjs"], consumer.path)).trim().split(" ");
  assert.equal(
    names.filter((name) => !/^[A-Z].*Error$/.test(name)).join(" "),
    "EVENTS Job Run STATES Task TaskQueue durations job make makeLater makeNow outcomeOfJob plan reviveError " +
      "settled task taskMachine toDOT toSVG",
  );
});

test("a plain program builds a graph with the package and makes it", async () => {
  const program = `import { make, task } from "thence";
    const one = task("one", () => 1);
    const two = task("two", { require: one, run: (n) => n + 1 });
    for await (const done of make(two)) console.log(String(done), done.result);`;
  await writeFile(path.join(consumer.path, "graph.mjs"), program);
  assert.equal(await succeed(process.execPath, ["graph.mjs"], consumer.path), "Task:two:DONE 2\n");
});

test("a strict TypeScript program compiles against the declarations, which are checked themselves", async () => {
  const everything = codePaths.map((name, index) => `import * as part${index} from "${name}";\nvoid part${index};`);
  const program = `import { task } from "thence";
    const sources = task("sources", () => ["a.ts", "b.ts"]);
    const count = task("count", { require: { sources }, run: ({ sources }) => sources.length });
    const total: number = await count.make();
    // @ts-expect-error the result of count is a number
    const text: string = await count.make();
    console.log(total, text);`;
  const project = path.join(consumer.path, "typed");
  await mkdir(project);
  await writeFile(path.join(project, "consumer.mts"), [...everything, program].join("\n"));
  const compilerOptions = {
    module: "nodenext",
    target: "es2024",
    strict: true,
    skipLibCheck: false,
    noEmit: true,
    types: ["node"],
    typeRoots: [path.join(ROOT, "node_modules/@types")],
  };
  await writeFile(path.join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.mts"] }));
  const { stdout, stderr } = await compile(project);
  assert.equal(stdout + stderr, "");
});

test("a project without the types of Node compiles against every sub-path that does not speak of Node", async () => {
  const silent = codePaths.filter((name) => !/\/(process|queues|report|sqlite)$/.test(name));
  const project = path.join(consumer.path, "bare");
  await mkdir(project);
  const program = silent.map((name, index) => `import * as part${index} from "${name}";\nvoid part${index};`);
  await writeFile(path.join(project, "consumer.mts"), program.join("\n"));
  const compilerOptions = { module: "nodenext", strict: true, noEmit: true, types: [] };
  await writeFile(path.join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.mts"] }));
  const { stdout, stderr } = await compile(project);
  assert.equal(stdout + stderr, "");
});

for (const format of ["esm", "cjs"] as const) {
  test(`a program that draws can be bundled with the package into one file of format ${format}`, async () => {
    const program = `import { makeNow, task, toDOT, toSVG } from "thence";
      const one = task("one", () => 1);
      void makeNow(one).then(async () => console.log(toDOT(one).length > 99, (await toSVG(one)).length > 99));`;
    const entry = path.join(consumer.path, `bundled-${format}.mjs`);
    await writeFile(entry, program);
    await using elsewhere = await temporaryFolder();
    const outfile = path.join(elsewhere.path, format === "esm" ? "bundle.mjs" : "bundle.cjs");
    await build({ entryPoints: [entry], outfile, format, bundle: true, platform: "node", logLevel: "error" });
    assert.equal(await succeed(process.execPath, [outfile], elsewhere.path), "true true\n");
  });
}

test("members that start with an underscore are not in the declarations", async () => {
  const declarations = packed.filter((file) => file.endsWith(".d.ts"));
  assert.ok(declarations.length > 0);
  for (const file of declarations) {
    const text = await readFile(path.join(consumer.path, "node_modules", manifest.name, file), "utf8");
    assert.deepEqual(internalMembers(text), [], file);
  }
});

test("a member that starts with an underscore is found in whatever way it is declared", () => {
  const text =
    "class A {\n  _a: 1;\n  private readonly _b;\n  static get _c(): 1;\n  d(_e: 1): void;\n  f: { _g: 1 };\n  _h?(): void;\n}";
  assert.deepEqual(internalMembers(text), ["_a", "_b", "_c", "_g", "_h"]);
});

function internalMembers(declaration: string): string[] {
  const member = /(?:^|[{;])\s*(?:(?:private|protected|static|readonly|abstract|get|set)\s+)*(_\w+)\??\s*[:;(<]/gm;
  return [...declaration.matchAll(member)].map((match) => match[1] ?? "");
}

async function succeed(file: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await execute(file, args, cwd);
  assert.equal(code, 0, `${path.basename(file)} ${args.join(" ")}\n${stdout}\n${stderr}`);
  return stdout;
}
