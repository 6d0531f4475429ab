// A copy of this repository to build, and the demo as a child process that builds it.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const repository = join(import.meta.dirname, "..", "..");
const copied = ["src", "examples", ".github", "README.md", "package.json", "tsconfig.json", "tsconfig.build.json"];

/** A copy of what the demo reads, in a temporary folder. */
export class Copy implements AsyncDisposable {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  static async make(): Promise<Copy> {
    const copy = new Copy(await mkdtemp(join(await realpath(tmpdir()), "thence-build-")));
    for (const name of copied) await cp(join(repository, name), copy.path(name), { recursive: true });
    await symlink(join(repository, "node_modules"), copy.path("node_modules"));
    return copy;
  }

  /** A copy in which something was built before, so that it can be seen to stay. */
  static async withOutput(): Promise<Copy> {
    const copy = await Copy.make();
    await mkdir(copy.path("out/package/docs"), { recursive: true });
    await writeFile(copy.path("out/package/manifest.json"), "{}\n");
    await writeFile(copy.path("out/package/docs/index.html"), "<h1>the last good output</h1>\n");
    return copy;
  }

  path(file: string): string {
    return join(this.root, file);
  }

  read(file: string): Promise<string> {
    return readFile(this.path(file), "utf8");
  }

  /** Every file below out/package with its content, to compare byte for byte. */
  async output(): Promise<Record<string, string>> {
    const folder = this.path("out/package");
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const contents = files.map(
      async (file) => [file.slice(folder.length + 1), await readFile(file, "base64")] as const,
    );
    return Object.fromEntries(await Promise.all(contents));
  }

  /** Nothing is left of a build but its output and its picture: no staging folder, no process. */
  async assertTidy(): Promise<void> {
    const left = await readdir(this.path("out"));
    assert.deepEqual(
      left.filter((name) => name !== "package" && name !== "graph.svg"),
      [],
    );
    if (process.platform === "win32") return;
    const { stdout } = spawnSync("ps", ["-eo", "pid,args"], { encoding: "utf8" });
    assert.deepEqual(
      stdout.split("\n").filter((line) => line.includes(this.root)),
      [],
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true });
  }
}

export interface Outcome {
  exitCode: number | null;
  output: string;
  errors: string;
}

/** Runs the demo on the package in `root`, and interrupts it once it has printed something that matches. */
export async function runDemo(root: string, interruptAt?: RegExp): Promise<Outcome> {
  const program = join(repository, "examples", "01-build-pipeline.ts");
  const child = spawn(process.execPath, ["--conditions=thence-source", program, root], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
  });
  let output = "";
  let errors = "";
  let interrupted = false;
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (!interruptAt?.test(output) || interrupted) return;
    interrupted = child.kill("SIGINT");
  });
  await once(child, "close");
  return { exitCode: child.exitCode, output, errors };
}
