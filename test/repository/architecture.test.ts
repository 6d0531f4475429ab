// Holds ARCHITECTURE.md to the code: the machine, the error codes and the dependencies that it lists are those there are.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { stateDiagram } from "thence/render";
import { manifest, ROOT } from "./workspace.ts";

const text = readFileSync(path.join(ROOT, ".github", "ARCHITECTURE.md"), "utf8");

test("ARCHITECTURE.md has at most 200 lines", () => {
  assert.ok(text.trimEnd().split("\n").length <= 200);
});

test("the machine in ARCHITECTURE.md is the one that tasks follow", () => {
  const drawn = /^```mermaid\n(.*?)\n```$/ms.exec(text)?.[1];
  assert.equal(drawn, stateDiagram().trimEnd());
});

test("ARCHITECTURE.md lists every error code of the sources, and no other", () => {
  const sources = readdirSync(path.join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(path.join(ROOT, "src", file), "utf8"));
  const codes = (from: string): string[] => [...new Set(from.match(/ERR_THENCE_[A-Z_]+/g))].toSorted();
  assert.deepEqual(codes(text), codes(sources.join("\n")));
});

test("ARCHITECTURE.md gives a reason for every dependency", () => {
  const names = [...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.devDependencies ?? {})];
  const missing = names.filter((name) => !text.includes(`\`${name}\``) && !name.startsWith("@types/"));
  assert.deepEqual(missing, []);
});

test("every file that ARCHITECTURE.md links to exists", () => {
  const targets = [...text.matchAll(/\]\((\.\.\/[^)#\s]+)\)/g)].map(([, target]) => target ?? "");
  const missing = targets.filter((target) => readFileSync(path.join(ROOT, ".github", target)).length === 0);
  assert.deepEqual(missing, []);
});
