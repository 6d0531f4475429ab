// Commands of jobs: their output, their failures, and their end.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runShell, type ShellError } from "../../src/queues/shell.ts";
import { isAlive, until } from "./local-jobs.ts";

interface Stage {
  readonly lines: string[];
  readonly controller: AbortController;
  readonly run: (command: string, args?: readonly string[], options?: object) => ReturnType<typeof runShell>;
}

function stage(): Stage {
  const lines: string[] = [];
  const controller = new AbortController();
  const host = { signal: controller.signal, log: (line: string) => void lines.push(line) };
  return { lines, controller, run: (command, args = [], options = {}) => runShell(command, args, options, host) };
}

test("the output of a command is returned and logged line by line", async () => {
  const { run, lines } = stage();
  const { stdout, stderr } = await run("sh", ["-c", "printf 'one\\ntwo\\r\\n\\nlast'; echo oops >&2"]);
  assert.deepEqual([stdout, stderr], ["one\ntwo\r\n\nlast", "oops\n"]);
  assert.deepEqual(
    lines.filter((line) => line !== "oops"),
    ["one", "two", "", "last"],
  );
  assert.equal(lines.includes("oops"), true);
});

test("no shell comes between: arguments arrive as they are", async () => {
  const hostile = ["$HOME", "a b", "*", "'\"", "; exit 1", ""];
  const { stdout } = await stage().run(process.execPath, [
    "-p",
    "JSON.stringify(process.argv.slice(1))",
    "--",
    ...hostile,
  ]);
  assert.deepEqual(JSON.parse(stdout), hostile);
});

test("a command gets its directory, its environment and its input", async () => {
  const { stdout } = await stage().run("sh", ["-c", "pwd; echo $COLOUR; cat"], {
    cwd: "/",
    env: { COLOUR: "red" },
    input: "text",
  });
  assert.equal(stdout, "/\nred\ntext");
});

test("a command that fails is a ShellError whose data are JSON", async () => {
  const failure = stage().run("sh", ["-c", "echo bad luck >&2; exit 3"]);
  await assert.rejects(failure, (error: ShellError) => {
    assert.deepEqual([error.name, error.code], ["ShellError", "ERR_THENCE_SHELL"]);
    assert.match(error.message, /ended with exit code 3: bad luck/);
    assert.deepEqual(error.data, {
      command: "sh",
      args: ["-c", "echo bad luck >&2; exit 3"],
      exitCode: 3,
      signal: null,
      stderr: "bad luck\n",
    });
    return true;
  });
  await assert.rejects(stage().run("sh", ["-c", "kill -9 $$"]), {
    data: { command: "sh", args: ["-c", "kill -9 $$"], exitCode: null, signal: "SIGKILL", stderr: "" },
  });
});

test("a command that is not there is a ShellError", async () => {
  await assert.rejects(stage().run("no-such-command"), {
    name: "ShellError",
    message: /could not be started: .*ENOENT/,
  });
});

test("a folder to run in that does not exist is named, for the system blames the command", async () => {
  await assert.rejects(stage().run("ls", [], { cwd: "/no/such/folder" }), {
    name: "ShellError",
    message: "command ls could not be started: its folder /no/such/folder does not exist",
  });
});

test("an abort ends the command with all that it has started, also what ignores SIGTERM", async () => {
  const { run, lines, controller } = stage();
  const script =
    "trap '' TERM; sh -c 'trap \"\" TERM; echo $$; while :; do sleep 0.05; done' & echo $$; wait; while :; do sleep 0.05; done";
  const running = run("sh", ["-c", script]);
  await until("both run", () => lines.length === 2);
  const reason = new Error("enough");
  controller.abort(reason);
  await assert.rejects(running, (error) => error === reason);
  await until("both are gone", () => !lines.some((line) => isAlive(Number(line))));
});

test("nothing is started once the signal has aborted", async () => {
  const { run, controller } = stage();
  controller.abort(new Error("too late"));
  await assert.rejects(run("sh", ["-c", "exit 0"]), { message: "too late" });
});
