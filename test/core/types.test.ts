// What must and must not compile: the compiler is the test. See test/types.

import assert from "node:assert/strict";
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { compile, ROOT, workspace } from "../repository/workspace.ts";
import type { Outcome } from "../repository/workspace.ts";

const TYPES = path.join(ROOT, "test/types");

/** Compiles a copy of test/types in which one text is replaced by another. */
async function compileChanged(file: string, text: string, by: string): Promise<Outcome> {
  await using folder = await workspace();
  const copy = path.join(folder.path, "types");
  await cp(TYPES, copy, { recursive: true });
  const source = await readFile(path.join(copy, file), "utf8");
  assert.ok(source.includes(text), `${file} lacks ${text}`);
  await writeFile(path.join(copy, file), source.replace(text, by));
  const settings = {
    extends: path.join(ROOT, "tsconfig.json"),
    compilerOptions: { typeRoots: [path.join(ROOT, "node_modules/@types")] },
    include: ["."],
  };
  await writeFile(path.join(copy, "tsconfig.json"), JSON.stringify(settings));
  return await compile(copy);
}

test("what must compile compiles, and what must not does not", async () => {
  assert.deepEqual(await compile(TYPES), { code: 0, stdout: "", stderr: "" });
});

test("what must compile does so, and no more, where an optional property may be undefined", async () => {
  assert.deepEqual(await compile(TYPES, "--exactOptionalPropertyTypes", "false"), { code: 0, stdout: "", stderr: "" });
});

test("a refused option is named, with the one that was meant", async () => {
  const { stdout } = await compileChanged("refused.ts", "// @ts-expect-error the option is called timeout\n", "");
  assert.match(stdout, /'tiemout' does not exist in type '.*'\. Did you mean to write 'timeout'\?/);
});

test("a function that andThen refuses is told which result it would get", async () => {
  const text = '// @ts-expect-error count gives a number\ncount.andThen("a", (s: string) => s);';
  const { stdout } = await compileChanged("refused.ts", text, text.replace(/.*\n/, ""));
  assert.match(stdout, /Types of parameters 's' and 'inputs' are incompatible\.\n\s*Type 'number' is not assignable/);
});

test("the type tests compile elsewhere too, so that the following ones fail for the right reason", async () => {
  assert.deepEqual(await compileChanged("same.ts", "true", "true"), { code: 0, stdout: "", stderr: "" });
});

test("a type that is inferred differently fails the type tests", async () => {
  const { code, stdout } = await compileChanged("inputs.ts", "is<[string[], number]>()", "is<[string[], string]>()");
  assert.notEqual(code, 0);
  assert.match(stdout, /inputs\.ts\(\d+,\d+\): error TS2554/);
});

test("something that must not compile and does fails the type tests", async () => {
  const { code, stdout } = await compileChanged("refused.ts", "({ text, counts })", "({ text, count: counts })");
  assert.notEqual(code, 0);
  assert.match(stdout, /refused\.ts\(\d+,\d+\): error TS2578: Unused '@ts-expect-error'/);
});

test("every file of the type tests is compiled", async () => {
  const files = (await readdir(TYPES)).filter((file) => file.endsWith(".ts"));
  const { stdout } = await compile(TYPES, "--listFilesOnly");
  for (const file of files) assert.ok(stdout.includes(`test/types/${file}`), file);
  assert.ok(files.length >= 4);
});
