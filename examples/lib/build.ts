// The steps of a build that know nothing of tasks: plain functions, each of which ends early when its signal says so.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, renameSync } from "node:fs";
import { glob, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import zlib from "node:zlib";

/** A line of the manifest. */
export interface BuiltFile {
  file: string;
  bytes: number;
  gzipBytes: number;
  sha256: string;
}

/** The modules below `root`/src, sorted, relative to src and with forward slashes. Nothing is emitted for a .d.ts. */
export async function listSources(root: string): Promise<string[]> {
  const found = await Array.fromAsync(glob("**/*.ts", { cwd: join(root, "src"), exclude: ["**/*.d.ts"] }));
  if (found.length === 0) throw new Error(`no TypeScript files in ${join(root, "src")}`);
  return found.map((file) => file.replaceAll("\\", "/")).toSorted();
}

/** Runs the TypeScript compiler that `root` has installed. Throws with what it printed, and once it has really ended. */
export async function tsc(root: string, args: string[], signal: AbortSignal): Promise<void> {
  const manifest = createRequire(join(root, "package.json")).resolve("typescript/package.json");
  const compiler = join(dirname(manifest), "bin", "tsc");
  const child = spawn(process.execPath, [compiler, "--pretty", "false", ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    signal,
  });
  // On abort, "error" comes before the compiler is dead; only at "close" will it write no more files.
  let broken: Error | undefined;
  child.on("error", (error) => (broken = error));
  const ended = new Promise<[number | null, string | null]>((done) => child.on("close", (...how) => done(how)));
  const [printed, [exitCode, killedBy]] = await Promise.all([text(child.stdout), ended]);
  if (broken) throw broken;
  if (exitCode !== 0) throw new Error(complaintOf(printed) || `tsc ended by ${killedBy ?? `exit code ${exitCode}`}`);
}

// tsc names a broken tsconfig last, below the hundreds of errors that follow from it.
function complaintOf(printed: string): string {
  const { config = [], code = [] } = Object.groupBy(printed.trim().split("\n"), (line) =>
    /^\S+\.json\(/.test(line) ? "config" : "code",
  );
  const lines = [...config, ...code];
  return (lines.length > 20 ? [...lines.slice(0, 20), `… and ${lines.length - 20} lines more`] : lines).join("\n");
}

/** Compiles `sources` into `built`/dist and returns the files written. */
export async function compile(root: string, sources: string[], built: string, signal: AbortSignal): Promise<string[]> {
  // Types are checked by another step, so this one only writes; and maps would point to sources that are not shipped.
  const options = "--noCheck --sourceMap false --declarationMap false".split(" ");
  // The program of the live page knows the names of browsers, and is a project of its own.
  for (const project of ["tsconfig.build.json", join("src", "server", "page", "browser")]) {
    await tsc(root, ["-p", project, "--outDir", join(built, "dist"), ...options], signal);
  }
  return sources.flatMap(outputsOf);
}

function outputsOf(source: string): string[] {
  const stem = join("dist", source).replaceAll("\\", "/").replace(/\.ts$/, "");
  return [".js", ".d.ts"].map((suffix) => stem + suffix);
}

/** Writes `file`.gz next to a file of the built package, and measures both. */
export async function gzip(built: string, file: string): Promise<BuiltFile> {
  const content = await readFile(join(built, file));
  const packed = await promisify(zlib.gzip)(content, { level: 9 });
  await writeFile(join(built, `${file}.gz`), packed);
  return {
    file,
    bytes: content.length,
    gzipBytes: packed.length,
    sha256: createHash("sha256").update(content).digest("hex"),
  };
}

/**
 * Puts the folder `next` in the place of `current`, which is kept as `previous`.
 *
 * Synchronous, so that no signal handler of this process can run between the two renames.
 */
export function replaceFolder(current: string, next: string, previous: string): void {
  const replaces = existsSync(current);
  if (replaces) renameSync(current, previous);
  try {
    renameSync(next, current);
  } catch (error) {
    if (replaces) renameSync(previous, current);
    throw error;
  }
}
