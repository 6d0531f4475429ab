// The package as it is published: the same files as JavaScript, where the supervisor has another extension. And the parts that
// systems without /proc use, as far as this system can show them.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { startFromPs } from "../../src/process/identity.ts";
import { becomes, eventually, testManager } from "./helpers.ts";

const root = join(import.meta.dirname, "..", "..");
const execute = promisify(execFile);

test("the compiled package starts its compiled supervisor", async (t) => {
  const { dir } = await testManager(t);
  const home = join(dir, "..");
  await symlink(join(root, "node_modules"), join(home, "node_modules"));
  await writeFile(join(home, "package.json"), JSON.stringify({ type: "module" }));
  for (const folder of ["process", "core"]) {
    await mkdir(join(home, folder));
    for (const name of await readdir(join(root, "src", folder))) {
      const text = stripTypeScriptTypes(await readFile(join(root, "src", folder, name), "utf8"));
      const imports = text.replaceAll(/(from "\.[^"]*)\.ts"/g, '$1.js"');
      await writeFile(join(home, folder, name.replace(/\.ts$/, ".js")), imports);
    }
  }
  const program = `import { ProcessManager } from "./process/index.js";
    const manager = new ProcessManager("processes");
    await manager.run("echo compiled; exit 3", { name: "js" });
    for await (const line of manager.follow("js")) console.log(line, (await manager.wait("js")).exitCode);
    await manager.cleanup();`;
  await writeFile(join(home, "program.js"), program);
  const { stdout, stderr } = await execute(process.execPath, ["program.js"], { cwd: home });
  assert.deepEqual([stdout, stderr], ["compiled 3\n", ""]);
});

test("the start that ps tells is that of one process, and there is none for one that has ended", async (t) => {
  const manager = await testManager(t);
  await manager.run(["sleep", "60"], { name: "nap" });
  const { pid, startedAt = 0 } = await becomes(manager, "nap", "running");
  const start = await startFromPs(pid);
  assert.ok(Math.abs(Date.parse(`${start} UTC`) - startedAt) < 5_000, start);
  await manager.kill("nap");
  await eventually(async () => (await startFromPs(pid)) === undefined);
});
