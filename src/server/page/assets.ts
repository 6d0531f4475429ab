// The program of the page, as modules that the browser loads one by one: no build step. In the published package they are compiled
// like everything else; run from the sources, their types are stripped when they are first asked for.

import { readdir, readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";

const EXTENSION = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const ROOT = new URL("../../", import.meta.url);
const FOLDER = "server/page/browser/";
/** What the page shares with the rest of the package. */
const SHARED = ["core/signs", "render/duration", "render/text", "render/theme"];

/** The path of the module that the page starts with. */
export const ENTRY: string = `${FOLDER}main${EXTENSION}`;

let known: Promise<ReadonlySet<string>> | undefined;
const sources = new Map<string, Promise<string>>();

/** A module by its path below `src` or `dist`, as JavaScript; `undefined` for whatever is not the page's. */
export async function moduleAt(path: string): Promise<string | undefined> {
  known ??= paths();
  if (!(await known).has(path)) return undefined;
  let source = sources.get(path);
  if (source === undefined) {
    source = read(path);
    sources.set(path, source);
  }
  return source;
}

async function paths(): Promise<ReadonlySet<string>> {
  const names = await readdir(new URL(FOLDER, ROOT));
  const own = names.filter((name) => name.endsWith(EXTENSION) && !name.endsWith(".d.ts")).map((name) => FOLDER + name);
  return new Set([...own, ...SHARED.map((name) => name + EXTENSION)]);
}

async function read(path: string): Promise<string> {
  const source = await readFile(new URL(path, ROOT), "utf8");
  return EXTENSION === ".ts" ? stripTypeScriptTypes(source) : source.replace(/^\/\/# sourceMappingURL=.*$/m, "");
}
