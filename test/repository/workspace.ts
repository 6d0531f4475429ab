// Where the tests of the repository work: folders outside it, with the package linked in, so that nothing they
// build or write can meet another test or the working tree.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

export const ROOT = path.resolve(import.meta.dirname, "../..");

/** What these tests read of package.json. */
export interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

export const manifest = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as Manifest;

/** An empty folder, removed at the end of an `await using` block. */
export interface Folder extends AsyncDisposable {
  readonly path: string;
}

export async function temporaryFolder(): Promise<Folder> {
  // The real path, as the temporary folder may itself be a link, and programs compare paths.
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "thence-")));
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** A folder where programs find the package and its dependencies as if both were installed, and the packages named besides. */
export async function workspace(packages: readonly string[] = []): Promise<Folder> {
  const folder = await temporaryFolder();
  const links = new Map([[manifest.name, ROOT]]);
  for (const name of [...Object.keys(manifest.dependencies), ...packages]) {
    links.set(name, path.join(ROOT, "node_modules", name));
  }
  for (const [name, target] of links) {
    const link = path.join(folder.path, "node_modules", name);
    await mkdir(path.dirname(link), { recursive: true });
    await symlink(target, link, "junction");
  }
  await writeFile(path.join(folder.path, "package.json"), JSON.stringify({ type: "module" }));
  return folder;
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, on this very Node; it is killed after two minutes. A failure is an outcome, not an error. */
export function execute(file: string, args: readonly string[], cwd: string): Promise<Outcome> {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    NO_COLOR: "1",
    PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}`,
  };
  // What the test runner sets for its own processes would make this one report to it, in its way.
  for (const name of ["NODE_TEST_CONTEXT", "NODE_V8_COVERAGE", "FORCE_COLOR"]) delete env[name];
  return new Promise((resolve) => {
    execFile(file, args, { cwd, env, timeout: 120_000, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, stdout, stderr: code === -1 ? `${stderr}\n${error?.message}` : stderr });
    });
  });
}

/** The TypeScript compiler on the project file of a folder. */
export function compile(folder: string, ...options: string[]): Promise<Outcome> {
  return execute(process.execPath, [path.join(ROOT, "node_modules/typescript/bin/tsc"), "-p", ".", ...options], folder);
}
