// The rules of the layout as functions from the texts of files to a list of faults, so that tests can show each one failing.

import { isBuiltin } from "node:module";
import { packageOf, readModule, resolveRelative, type Module } from "./imports.ts";

/** Texts of files by path from the root, with forward slashes. */
export type Files = ReadonlyMap<string, string>;

/**
 * Which folders of src a folder may import besides itself. `index` is src/index.ts. Core stands alone, what plugs
 * into it sees core only, and nothing points sideways, so each part can be read, tested and replaced without the rest.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  queues: ["core"],
  process: ["core"],
  render: ["core"],
  report: ["core"],
  testing: ["core"],
  worker: ["core", "queues"],
  server: ["core", "worker", "render"],
  cli: ["index", "core", "queues", "process", "render", "report", "worker", "server"],
  index: ["core", "queues", "render"],
};

const MAX_LINES = 300;

/** Everything in src that points where it must not, by type or at run time. */
export function directionFaults(files: Files): string[] {
  const faults: string[] = [];
  for (const { file, module } of modules(files)) {
    const folder = folderOf(file);
    const allowed = MAY_IMPORT[folder];
    if (allowed === undefined) {
      faults.push(`${file}: the folder ${folder} has no row in the table of import directions`);
      continue;
    }
    for (const { specifier } of module.imports) {
      if (specifier === undefined) {
        if (folder === "core") faults.push(`${file} imports a computed name; what core loads must be plain to see`);
        continue;
      }
      const target = resolveRelative(file, specifier);
      if (target === undefined) {
        if (folder === "core" && isBuiltin(specifier))
          faults.push(`${file} imports ${specifier}; core has no input or output`);
        if (packageOf(specifier) === "thence")
          faults.push(`${file} imports ${specifier}; sources name each other by path`);
      } else if (!target.startsWith("src/")) {
        faults.push(`${file} imports ${target}, which is outside src`);
      } else if (folderOf(target) !== folder && !allowed.includes(folderOf(target))) {
        faults.push(`${file} imports ${target}; ${folder} may import ${allowed.join(", ") || "nothing of ours"}`);
      }
    }
  }
  return faults;
}

/** Cycles of imports that exist at run time, each told once as `a.ts -> b.ts -> a.ts`. */
export function cycleFaults(files: Files): string[] {
  const edges = new Map<string, string[]>();
  for (const { file, module } of modules(files)) {
    const targets = module.imports.flatMap(({ specifier, typeOnly }) =>
      specifier === undefined || typeOnly ? [] : (resolveRelative(file, specifier) ?? []),
    );
    edges.set(file, targets);
  }

  const faults: string[] = [];
  const finished = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    if (finished.has(file)) return;
    const start = path.indexOf(file);
    if (start >= 0) {
      faults.push([...path.slice(start), file].join(" -> "));
      return;
    }
    path.push(file);
    for (const target of edges.get(file) ?? []) visit(target);
    path.pop();
    finished.add(file);
  };
  for (const file of edges.keys()) visit(file);
  return faults;
}

/** Files that are too long, and sources with a default export or without a comment that opens them. */
export function shapeFaults(files: Files): string[] {
  const faults: string[] = [];
  for (const [file, text] of files) {
    const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
    if (lines > MAX_LINES) faults.push(`${file} has ${lines} lines, more than ${MAX_LINES}`);
  }
  for (const { file, module } of modules(files)) {
    if (!file.startsWith("src/")) continue;
    if (module.hasDefaultExport) faults.push(`${file} has a default export`);
    // A message to a tool is not an opening.
    if (module.opening === undefined || /^\s*(oxlint-|@ts-|eslint-)/.test(module.opening)) {
      faults.push(`${file} does not open with a comment that says what it holds`);
    }
  }
  return faults;
}

/** Optional peers that are not imported in exactly one file of src. */
export function peerFaults(files: Files, optionalPeers: readonly string[]): string[] {
  const importers = new Map(optionalPeers.map((peer) => [peer, new Set<string>()]));
  for (const { file, module } of modules(files)) {
    for (const { specifier } of module.imports) importers.get(packageOf(specifier ?? ""))?.add(file);
  }
  return [...importers]
    .filter(([, where]) => where.size !== 1)
    .map(([peer, where]) => `${peer} is imported in ${[...where].join(", ") || "no file"} instead of exactly one`);
}

/** Examples show what a user would write, so they reach the package by its name. */
export function exampleFaults(files: Files): string[] {
  return [...modules(files)].flatMap(({ file, module }) =>
    module.imports
      .map(({ specifier }) => resolveRelative(file, specifier ?? "") ?? "")
      .filter((target) => /^(src|dist|test)\//.test(target))
      .map((target) => `${file} imports ${target} instead of the package by its name`),
  );
}

function* modules(files: Files): Generator<{ file: string; module: Module }> {
  for (const [file, text] of files) if (file.endsWith(".ts")) yield { file, module: readModule(file, text) };
}

/** `core` for src/core/task.ts, `index` for src/index.ts. */
function folderOf(file: string): string {
  return file.split("/")[1]?.replace(/\.ts$/, "") ?? "";
}
