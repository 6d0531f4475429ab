// Opening a queue by a URL, for command lines and settings: the scheme says which engine, and only that one is loaded.

import { argumentError } from "../core/check.ts";
import type { Queue } from "../core/job-queue.ts";
import type { SqliteQueue } from "./sqlite.ts";

const ENGINES: Readonly<Record<string, (rest: string) => Promise<Queue>>> = { sqlite: openSqlite };

/**
 * Opens the job queue that a URL names: `sqlite:jobs.db`, `sqlite:/var/jobs.db?durability=full`. Options follow the question mark; in
 * the path, `%` escapes what a URL cannot hold. Whoever opens a queue closes it.
 *
 * Rejects with a TypeError that lists the known schemes for any other, and as the engine does that it names.
 */
export function openQueue(url: `sqlite:${string}`): Promise<SqliteQueue>;
export function openQueue(url: string): Promise<Queue>;
export async function openQueue(url: string): Promise<Queue> {
  const [, scheme = "", rest = ""] = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(url) ?? [];
  const name = scheme.toLowerCase();
  if (Object.hasOwn(ENGINES, name)) return ENGINES[name]!(rest);
  const known = Object.keys(ENGINES).map((each) => `${each}:`);
  throw argumentError(TypeError, "openQueue", `a URL that begins with ${known.join(" or ")}`, url);
}

/** The path of the file that holds the queue of a URL; `undefined` if it is not kept in a file. @throws TypeError. */
export function fileOf(url: string): string | undefined {
  const rest = /^sqlite:(.*)$/is.exec(url)?.[1];
  return rest === undefined ? undefined : partsOf(rest).path;
}

async function openSqlite(rest: string): Promise<SqliteQueue> {
  const { sqlite } = await import("./sqlite.ts");
  const { path, query } = partsOf(rest);
  const options = Object.fromEntries(
    [...new URLSearchParams(query)].map(([key, value]) => [key, key === "durability" ? value : numberOf(key, value)]),
  );
  return sqlite(path, options);
}

function partsOf(rest: string): { readonly path: string; readonly query: string | undefined } {
  const [path = "", query] = rest.split(/\?(.*)/s, 2);
  return { path: decode(path.replace(/^\/\/(?=.)/, "")), query };
}

// What is empty would be 0.
function numberOf(key: string, text: string): number {
  if (text.trim() === "") throw argumentError(TypeError, `openQueue: ${key}`, "a number", text);
  return Number(text);
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw argumentError(TypeError, "openQueue", "a path whose % signs are written %25", path);
  }
}
