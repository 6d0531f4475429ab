// The functions that find, compile and run the programs of our texts, shown on small samples.

import assert from "node:assert/strict";
import { test } from "node:test";
import { codeBlocks, printsAs, programsIn, programsInDocs, shelve, tooNew } from "./programs.ts";

const fence = "```";

test("code blocks are found with their language and lines, and an indented or longer fence is no hindrance", () => {
  const text = [
    "# Title",
    `${fence}ts`,
    "a();",
    "",
    "b();",
    fence,
    "prose",
    `  ${fence}${fence}`,
    fence,
    `  ${fence}${fence}`,
  ];
  assert.deepEqual(codeBlocks(text.join("\n")), [
    { language: "ts", text: "a();\n\nb();", start: 2, end: 6 },
    { language: "", text: fence, start: 8, end: 10 },
  ]);
});

test("a code block that is never closed is an error that names its line", () => {
  assert.throws(() => codeBlocks(`prose\n${fence}ts\na();`), /line 2/);
});

test("the text block that comes after a program is its output", () => {
  const text = [`${fence}ts`, "a();", fence, "prints", `${fence}text`, "A", fence, `${fence}ts`, "b();", fence].join(
    "\n",
  );
  assert.deepEqual(programsIn("x.md", text), [
    { where: "x.md:1", text: "a();", output: "A" },
    { where: "x.md:8", text: "b();", output: undefined },
  ]);
});

test("programs in doc comments are found with the line they stand at, and other comments are left alone", () => {
  const source = `// Opens.\n\n/**\n * Says.\n *\n * ${fence}ts\n * a({\n *   b: 1,\n * });\n * ${fence}\n */\n/* ${fence}ts\nno\n${fence} */\nexport const a = 1;\n`;
  assert.deepEqual(programsInDocs("x.ts", source), [{ where: "x.ts:6", text: "a({\n  b: 1,\n});", output: undefined }]);
});

test("a program that declares with using is too new", () => {
  const text = "await using a = b();\nusing c = d();\n// using it\nconst using_ = 1;";
  assert.deepEqual(tooNew([{ where: "x.md:1", text, output: undefined }]), [
    "x.md:1: await using a = b();",
    "x.md:1: using c = d();",
  ]);
});

test("output matches to the letter but for the placeholder, which stays within its line", () => {
  assert.ok(printsAs("a (1) took … ms\nb", "a (1) took 12.5 ms\nb\n"));
  assert.ok(!printsAs("a (1)", "a 1"));
  assert.ok(!printsAs("a … b", "a 1\n2 b"));
  assert.ok(!printsAs("a", "a\nb"));
  assert.ok(!printsAs("a.b", "axb"));
});

test("a program with a type error does not pass the check, and one that throws does not end with 0", async () => {
  const good = { where: "good.md:1", text: "const unused = 1; console.log('printed');", output: "printed" };
  await using fine = await shelve([good]);
  assert.deepEqual(await fine.check(), { code: 0, stdout: "", stderr: "" });
  assert.deepEqual(await fine.run(good), { code: 0, stdout: "printed\n", stderr: "" });

  const bad = { where: "bad.md:1", text: 'const text: string = 1; throw new Error("thrown");', output: undefined };
  await using faulty = await shelve([bad]);
  assert.match((await faulty.check()).stdout, /bad-md-1\.ts\(1,7\): error TS2322/);
  const { code, stderr } = await faulty.run(bad);
  assert.equal(code, 1);
  assert.match(stderr, /Error: thrown/);
});
