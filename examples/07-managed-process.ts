// A program in the background that outlives whoever starts it. Its state is in a folder, so any other program with a manager of
// the same folder finds it, follows its output, ends it and removes it; there is no server.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProcessManager } from "thence/process";

const dir = await mkdtemp(join(tmpdir(), "thence-processes-"));
const manager = new ProcessManager(dir);

const training = `
  for epoch in 1 2 3 4 5 6; do
    echo "epoch $epoch of 6 with $THREADS threads"
    sleep 0.2
  done
  printf "model saved"
`;
await manager.run(training, { name: "training", env: { THREADS: "4" } });
await manager.run(["sleep", "600"], { name: "forgotten" });
await manager.run("echo checking the data; echo row 17 has no label >&2; exit 2", { name: "check" });

// Here this could as well be another program.
const other = new ProcessManager(dir);
for await (const line of other.follow("training")) console.log(`training | ${line}`);
for await (const line of other.follow("check")) console.log(`check    | ${line}`);

console.log(`terminated: ${await other.terminate("forgotten")}`);
await other.wait("forgotten", { timeout: 10_000 });

for (const { name, status, exitCode, signal, startedAt = 0, endedAt = 0 } of await other.processes()) {
  const seconds = ((endedAt - startedAt) / 1000).toFixed(1);
  console.log(`${name.padEnd(9)} ${status} ${exitCode ?? signal} after ${seconds} s`);
}
console.log(`removed: ${(await other.cleanup()).join(", ")}`);
await rm(dir, { recursive: true });
