// Redraws the README's pictures. The graph is what the README's first program draws when it runs in an empty folder, so that a program
// that no longer runs is noticed; the others show what is to be seen in a terminal, of a run in a browser, and of a report.

import { spawnSync } from "node:child_process";
import { mkdir, mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hasBrowser } from "./lib/browser.ts";
import { livePagePicture, reportPicture } from "./lib/page-pictures.ts";
import { progressPicture } from "./lib/progress-picture.ts";

const root = join(import.meta.dirname, "..");

const readme = await readFile(join(root, "README.md"), "utf8");
const program = /^```ts\n(.*?)^```$/ms.exec(readme)?.[1];
if (program === undefined) throw new Error("README.md has no ```ts block to run");

// Inside the repository, so that the program's `import "thence"` finds this package.
await mkdir(join(root, "out"), { recursive: true });
await using folder = await mkdtempDisposable(join(root, "out", "readme-"));
await writeFile(join(folder.path, "readme.ts"), program);
run("readme.ts");

// How long the tasks took this time is in the titles; without that the same program gives the same bytes.
const drawn = await readFile(join(folder.path, "graph.svg"), "utf8");
await keep("readme-graph.svg", drawn.replaceAll(/ · [\d.]+ m?s$/gm, "").replaceAll(/ · [\d.]+ m?s</g, "<"));
await keep("readme-progress.svg", await progressPicture());

if (hasBrowser) {
  await keep("readme-page.png", await livePagePicture());
  run(join(import.meta.dirname, "10-report.ts"));
  await keep("readme-report.png", await reportPicture(join(folder.path, "out", "report.html")));
} else console.log("no Chromium here: the pictures of pages stay as they are");

function run(file: string): void {
  const { status } = spawnSync(process.execPath, ["--conditions=thence-source", file], {
    cwd: folder.path,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error(`${file} ended with exit code ${status}`);
}

async function keep(name: string, picture: string | Buffer): Promise<void> {
  await mkdir(join(root, ".github"), { recursive: true });
  await writeFile(join(root, ".github", name), picture);
  console.log(`wrote .github/${name}`);
}
