// The demo is the first program that a user runs, so it is run here as a user runs it: on good input and on bad, on a copy
// of this very repository.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { DOMParser } from "@xmldom/xmldom";
import type { BuiltFile } from "../../examples/lib/build.ts";
import { Copy, runDemo, type Outcome } from "./build-helpers.ts";

describe("a good build", () => {
  let copy: Copy;
  let built: Outcome;
  before(async () => {
    copy = await Copy.withOutput();
    built = await runDemo(copy.root);
  });
  after(() => copy[Symbol.asyncDispose]());

  test("ends with exit code 0 and leaves nothing but the output and the picture", async () => {
    assert.deepEqual([built.exitCode, built.errors], [0, ""], built.output);
    await copy.assertTidy();
  });

  test("prints a line for each task as it ends", () => {
    for (const name of ["list sources", "check types", "compile", "render examples", "render readme", "release"]) {
      assert.match(built.output, lineOf("DONE", name));
    }
    assert.match(built.output, lineOf("DONE", "gzip dist/index.js"));
    assert.doesNotMatch(built.output, /^(FAILED|CANCELLED)/m);
  });

  test("shows the smoke test fail once and pass when it is tried again", () => {
    const retry = built.output.search(/^retry +smoke test: connection refused/m);
    assert.ok(retry >= 0 && retry < built.output.search(lineOf("DONE", "smoke test")), built.output);
  });

  test("sums up the tasks, the time and the longest path", () => {
    const tasks = built.output.match(/^DONE /gm)?.length;
    const summary = String.raw`^${tasks} tasks in \d+\.\d s; longest path list sources → .* → release \d+\.\d s$`;
    assert.match(built.output, new RegExp(summary, "m"));
  });

  test("lists in the manifest every file with its true sizes and hash", async () => {
    const { files } = JSON.parse(await copy.read("out/package/manifest.json")) as { files: BuiltFile[] };
    const listed = files.flatMap(({ file }) => [file, `${file}.gz`]).concat("manifest.json");
    assert.deepEqual(listed.toSorted(), Object.keys(await copy.output()).toSorted());
    for (const { file, ...measured } of files) {
      const content = await readFile(copy.path(`out/package/${file}`));
      const packed = await readFile(copy.path(`out/package/${file}.gz`));
      const sha256 = createHash("sha256").update(content).digest("hex");
      assert.deepEqual(measured, { bytes: content.length, gzipBytes: packed.length, sha256 }, file);
      assert.deepEqual(gunzipSync(packed), content, file);
    }
  });

  test("renders the README and the examples of the doc comments as HTML", async () => {
    assert.match(await copy.read("out/package/docs/index.html"), /<h1>.*thence.*<\/h1>/);
    assert.match(await copy.read("out/package/docs/render/svg.html"), /<h2>toSVG<\/h2>[^]*<code class="language-ts">/);
  });

  test("draws its steps, all in the state DONE", async () => {
    const states = await statesInPicture(copy);
    assert.equal(states.get("smoke test"), "DONE");
    assert.deepEqual(new Set(states.values()), new Set(["DONE"]));
  });

  test("gives the same bytes when it is repeated", async () => {
    const first = await copy.output();
    assert.equal((await runDemo(copy.root)).exitCode, 0);
    assert.deepEqual(await copy.output(), first);
  });
});

describe("a failing build", () => {
  test("names the step that failed and why, and its dependents as failed because of it", async () => {
    await using copy = await Copy.withOutput();
    await appendFile(copy.path("src/core/machine.ts"), "export const wrong: number = 'text';\n");
    await assertOutputStays(copy, async () => {
      const { exitCode, output } = await runDemo(copy.root);
      assert.equal(exitCode, 1, output);
      assert.match(output, /^check types failed: .*machine\.ts\(\d+,\d+\): error TS2322/m);
      const dependents = ["compile", "gzip code", "write manifest", "smoke test", "release"];
      for (const name of dependents) assert.match(output, lineOf("FAILED", name, "  because of check types"));
      const blamed = /^failed because of it: (.*)$/m.exec(output)?.[1]?.split(", ");
      assert.deepEqual(blamed?.toSorted(), dependents.toSorted());
    });
    const states = await statesInPicture(copy);
    assert.deepEqual(
      ["list sources", "check types", "release"].map((name) => states.get(name)),
      ["DONE", "FAILED", "FAILED"],
    );
  });

  test("says which file is missing where there is no README", async () => {
    await using copy = await Copy.withOutput();
    await rm(copy.path("README.md"));
    await assertOutputStays(copy, async () => {
      const { exitCode, output } = await runDemo(copy.root);
      assert.equal(exitCode, 1, output);
      assert.match(output, /^render readme failed: ENOENT.*README\.md/m);
      assert.match(output, lineOf("FAILED", "release", "  because of render readme"));
    });
  });

  test("says why where the built package cannot be imported", async () => {
    await using copy = await Copy.withOutput();
    await writeFile(copy.path("src/index.ts"), "throw new Error('this build is broken');\nexport {};\n");
    await writeFile(copy.path("tsconfig.json"), `{ "compilerOptions": { "noCheck": true, "noEmit": true } }`);
    await assertOutputStays(copy, async () => {
      const { exitCode, output } = await runDemo(copy.root);
      assert.equal(exitCode, 1, output);
      assert.match(output, /^smoke test failed: [^]*this build is broken/m);
      assert.match(output, lineOf("FAILED", "release", "  because of smoke test"));
    });
  });

  test("builds nothing from a malformed tsconfig.json where nothing was built before", async () => {
    await using copy = await Copy.make();
    await writeFile(copy.path("tsconfig.json"), "{ no json");
    const { exitCode, output } = await runDemo(copy.root);
    assert.equal(exitCode, 1, output);
    assert.match(output, /^check types failed: .*tsconfig\.json/m);
    assert.equal((await statesInPicture(copy)).get("check types"), "FAILED");
    assert.equal(existsSync(copy.path("out/package")), false);
    await copy.assertTidy();
  });

  test("writes nothing into a folder that is no package", async () => {
    await using copy = await Copy.make();
    const { exitCode, errors } = await runDemo(copy.path("src"));
    assert.equal(exitCode, 2);
    assert.match(errors, /no package\.json in /);
    assert.equal(existsSync(copy.path("src/out")), false);
  });
});

describe("Ctrl-C", () => {
  for (const [moment, pattern] of [
    ["while the compiler runs", lineOf("DONE", "list sources")],
    ["while the smoke test's server starts", /^retry +smoke test/m],
  ] as const) {
    test(`${moment} cancels the build, kills what runs, and leaves the output as it was`, async () => {
      await using copy = await Copy.withOutput();
      await assertOutputStays(copy, async () => {
        const { exitCode, output, errors } = await runDemo(copy.root, pattern);
        assert.deepEqual([exitCode, errors], [130, ""], output);
        assert.match(output, lineOf("CANCELLED", "release"));
        assert.doesNotMatch(output, /^FAILED/m);
      });
      assert.equal((await statesInPicture(copy)).get("release"), "CANCELLED");
    });
  }
});

/** The line that the demo prints for a task. */
function lineOf(state: string, name: string, reason = ""): RegExp {
  return new RegExp(`^${state} +(\\d+ ms|not run)  ${name.replaceAll(".", "\\.")}${reason}$`, "m");
}

async function assertOutputStays(copy: Copy, work: () => Promise<void>): Promise<void> {
  const previous = await copy.output();
  await work();
  assert.deepEqual(await copy.output(), previous);
  await copy.assertTidy();
}

/** The state of each task in out/graph.svg, which must be well-formed. */
async function statesInPicture(copy: Copy): Promise<Map<string, string>> {
  const onError = (_level: string, message: string): never => assert.fail(message);
  const picture = new DOMParser({ onError }).parseFromString(await copy.read("out/graph.svg"), "image/svg+xml");
  const nodes = Array.from(picture.getElementsByTagName("g"))
    .map(
      (group) =>
        [group.getAttribute("class")?.split(" "), group.getElementsByTagName("title")[0]?.textContent] as const,
    )
    .filter(([classes]) => classes?.includes("node"));
  return new Map(nodes.map(([classes, title]) => [title?.split("\n")[0] ?? "", classes?.[1] ?? ""]));
}
