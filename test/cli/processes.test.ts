// The commands for background processes.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessRecord } from "thence/process";
import { bench } from "./cli-helpers.ts";

test("thence run starts, ps lists, logs follows, kill ends and rm forgets", async () => {
  await using place = await bench();
  const started = await place.run(
    "run",
    "--name",
    "count",
    "--",
    "sh",
    "-c",
    "echo one; echo two; sleep 0.2; echo three; exit 3",
  );
  assert.deepEqual(started, { code: 0, stdout: "count\n", stderr: "" });
  assert.equal((await place.run("logs", "-f", "count")).stdout, "one\ntwo\nthree\n");
  assert.equal((await place.run("logs", "count")).stdout, "one\ntwo\nthree\n");

  const other = JSON.parse((await place.run("run", "--json", "sleep", "60")).stdout) as ProcessRecord;
  const listed = await place.run("ps");
  assert.match(listed.stdout, /^NAME +STATUS +PID +AGE +TOOK +COMMAND$/m);
  assert.match(listed.stdout, /^count +exited 3 +\d.* sh -c echo one; echo two; /m);
  assert.match(listed.stdout, new RegExp(`^${other.name} +(starting|running) .* sleep 60$`, "m"));

  const refused = await place.run("rm", other.name);
  assert.deepEqual([refused.code, /is running; .* or use --force\n$/.test(refused.stderr)], [1, true]);
  assert.equal((await place.run("kill", other.name, "--signal", "kill")).code, 0);
  assert.equal((await place.run("logs", "-f", other.name)).code, 0);
  const ended = (await place.run("ps", "--json")).stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as ProcessRecord);
  assert.deepEqual(
    ended.map(({ name, status }) => `${name} ${status}`),
    ["count exited", `${other.name} killed`],
  );
  const late = await place.run("kill", other.name);
  assert.deepEqual([late.code, late.stderr], [1, `${other.name}: has ended already\n`]);

  assert.equal((await place.run("rm", "count", other.name)).code, 0);
  assert.equal((await place.run("ps", "--json")).stdout, "");
});

test("thence logs gives a program what a process has written, byte for byte", async () => {
  await using place = await bench();
  const written = "a\rb\u2028c\r\n\tüñ\n\u001b[31mno end";
  const program = `process.stdout.write(${JSON.stringify(written)})`;
  await place.run("run", "--name", "odd", "--", process.execPath, "-e", program);
  assert.equal((await place.run("logs", "-f", "odd")).stdout, `${written.replace("\r\n", "\n")}\n`);
  assert.equal((await place.run("logs", "odd")).stdout, written);
});

test("a process that is not there, a name that is taken and a signal that is none are told in one line", async () => {
  await using place = await bench();
  await place.run("run", "--name", "taken", "true");
  const cases: [string[], number, RegExp][] = [
    [["logs", "nope"], 1, /^error: there is no process "nope" in .*\.thence\n$/],
    [["kill", "nope"], 1, /^error: .*nope.*\n$/],
    [["run", "--name", "taken", "true"], 1, /^error: there is a process "taken" already.*\n$/],
    [["run", "--name", "../up", "true"], 2, /^error: .*name.*\n$/],
    [["kill", "taken", "-s", "SIGNONE"], 2, /^error: .*signal.*\n$/],
  ];
  for (const [args, code, message] of cases) {
    const said = await place.run(...args);
    assert.match(said.stderr, message);
    assert.equal(said.code, code, args.join(" "));
  }
  await place.run("logs", "-f", "taken");
});
