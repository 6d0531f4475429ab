// Builds this package as a user's build script would: check, compile, document, hash and gzip, smoke-test, release.
// All of it goes to a staging folder first, so a build that fails or is interrupted leaves out/package as it was.
//
//   npm run demo                    builds this repository
//   npm run demo -- path/to/copy    builds a copy of it

import { existsSync } from "node:fs";
import { mkdir, mkdtempDisposable, rename, writeFile } from "node:fs/promises";
import { availableParallelism, constants } from "node:os";
import { join, resolve } from "node:path";
import PQueue from "p-queue";
import { make, task, toSVG, type Task } from "thence";
import { compile, gzip, listSources, replaceFolder, tsc, type BuiltFile } from "./lib/build.ts";
import { renderExamples, renderReadme } from "./lib/docs.ts";
import { ConnectionRefused, PreviewServer } from "./lib/preview.ts";
import { printFinished, printRetry, printSummary } from "./lib/report.ts";

const root = resolve(process.argv[2] ?? join(import.meta.dirname, ".."));
if (!existsSync(join(root, "package.json"))) {
  console.error(`there is no package.json in ${root}`);
  process.exit(2);
}

// Only the first Ctrl-C is handled: whoever presses it twice means it.
const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    process.exitCode = 128 + constants.signals[signal];
    interrupt.abort(signal);
  });
}

const out = join(root, "out");
await mkdir(out, { recursive: true });
await using staging = await mkdtempDisposable(join(out, "staging-"));
await using preview = await PreviewServer.reserve();
const built = join(staging.path, "package");

// ---- The graph: each step names what it requires, and gets its results --------------------------------------------

const sources = task("list sources", () => listSources(root));

const types = task("check types", {
  require: sources,
  run: (_, { signal }) => tsc(root, ["-p", "tsconfig.json", "--noEmit"], signal),
});

const code = task("compile", {
  require: { sources, types },
  run: ({ sources }, { signal }) => compile(root, sources, built, signal),
});

const examples = task("render examples", {
  require: sources,
  run: (sources) => renderExamples(root, sources, built),
});

const readme = task("render readme", {
  require: examples,
  run: (examples) => renderReadme(root, examples, built),
});

// How many files a step writes is known only when it has, so the tasks for them, one each, are made during the run.
// They join it and share its queue.
const gzipEach = (name: string, step: Task<string[]>): Task<BuiltFile[]> =>
  step.andThen(name, (files, { make }) =>
    make(files.map((file) => task(`gzip ${file}`, { require: step, group: "files", run: () => gzip(built, file) }))),
  );

const manifest = task("write manifest", {
  require: [gzipEach("gzip code", code), gzipEach("gzip examples", examples), gzipEach("gzip readme", readme)],
  async run(groups) {
    const files = groups.flat();
    await writeFile(join(built, "manifest.json"), `${JSON.stringify({ files }, undefined, 2)}\n`);
    return files.length;
  },
});

const smoke = task("smoke test", {
  require: { code, examples, readme },
  // The new build serves its own documentation. As with adb or gradle, the client tries to connect, and only when
  // it is refused starts the server and tries again: so the first attempt always fails.
  retry: { limit: 20, delay: 250, when: (error) => error instanceof ConnectionRefused },
  async run({ examples, readme }, { signal }) {
    for (const page of [...readme, ...examples]) await preview.compare(built, page, signal);
  },
});

const release = task("release", {
  require: [manifest, smoke],
  run([files], { signal }) {
    signal.throwIfAborted();
    replaceFolder(join(out, "package"), built, join(staging.path, "previous"));
    return files;
  },
});

// ---- The run: over all cores, a line for each step as it ends, and the picture -------------------------------------

const run = make(release, {
  every: true,
  queue: new PQueue({ concurrency: availableParallelism() }),
  signal: interrupt.signal,
});
run.on("transition", printRetry);
for await (const step of run) printFinished(step);

const summary = await run.finished;
// The files that gave no trouble would bury the steps.
const pictured = [summary.done.filter((step) => step.group !== "files"), summary.failed, summary.cancelled].flat();
await writeFile(join(staging.path, "graph.svg"), await toSVG(pictured, { direction: "LR" }));
await rename(join(staging.path, "graph.svg"), join(out, "graph.svg"));
printSummary(summary, out);
if (!release.is("DONE")) process.exitCode ??= 1;
