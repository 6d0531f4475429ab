// Redraws the README's picture: runs the README's first program in an empty folder and keeps the graph that it draws.
// So the picture always shows what the program does, and a program that no longer runs is noticed.

import { spawnSync } from "node:child_process";
import { mkdir, mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const picture = join(root, ".github", "readme-graph.svg");

const readme = await readFile(join(root, "README.md"), "utf8");
const program = /^```ts\n(.*?)^```$/ms.exec(readme)?.[1];
if (program === undefined) throw new Error("README.md has no ```ts block to run");

// Inside the repository, so that the program's `import "thence"` finds this package.
await mkdir(join(root, "out"), { recursive: true });
await using folder = await mkdtempDisposable(join(root, "out", "readme-"));
await writeFile(join(folder.path, "readme.ts"), program);
const { status } = spawnSync(process.execPath, ["--conditions=thence-source", "readme.ts"], {
  cwd: folder.path,
  stdio: "inherit",
});
if (status !== 0) throw new Error(`the README's program ended with exit code ${status}`);

await mkdir(join(root, ".github"), { recursive: true });
// How long the tasks took this time is in the titles; without that the same program gives the same bytes.
const drawn = await readFile(join(folder.path, "graph.svg"), "utf8");
await writeFile(picture, drawn.replaceAll(/ · [\d.]+ m?s$/gm, "").replaceAll(/ · [\d.]+ m?s</g, "<"));
console.log("wrote .github/readme-graph.svg");
