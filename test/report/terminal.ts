// Real programs in a real terminal: util-linux's `script` gives them one, and @xterm/headless shows what a person would see there.
// The program marks moments in its output; the screen is looked at just then, and resized just there.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import xterm from "@xterm/headless";

export type XTerm = InstanceType<typeof xterm.Terminal>;

/** Why there can be no terminal here; false if there can. */
export const withoutTerminal: string | false =
  process.platform === "linux" && spawnSync("script", ["--version"]).status === 0
    ? false
    : "needs the script command of util-linux";

const [ESCAPE, BELL] = ["\u001B", "\u0007"];
const MARK = new RegExp(`${ESCAPE}\\]7777;([^${BELL}]*)${BELL}`);
const CURSOR = new RegExp(`${ESCAPE}\\[\\?25[lh]`, "g");

export interface Visit {
  /** The lines of the whole terminal at each mark, and at the `end`. */
  readonly screens: ReadonlyMap<string, string[]>;
  /** All that was written, without the marks. */
  readonly raw: string;
  readonly isCursorShown: boolean;
  readonly exitCode: number | null;
  readonly terminal: XTerm;
}

export interface Size {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** Pressed when the mark of that name has come. */
  readonly press?: { readonly at: string; readonly keys: string };
}

/** Runs `program` of this folder with `scenario` as its argument in a terminal, to its end. */
export async function visit(program: string, args: string[], size: Size = {}): Promise<Visit> {
  const { columns = 80, rows = 24 } = size;
  const file = program.startsWith("/") ? program : join(import.meta.dirname, program);
  const words = [process.execPath, "--conditions=thence-source", file, ...args].map((word) => `'${word}'`);
  const command = `stty cols ${columns} rows ${rows}; exec ${words.join(" ")}`;
  const plain: NodeJS.ProcessEnv = { TERM: "xterm-256color", PATH: process.env["PATH"], LANG: "C.UTF-8" };
  const child = spawn("script", ["-qec", command, "/dev/null"], { env: { ...plain, ...size.env } });
  const screens = new Map<string, string[]>();
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
  let [raw, rest] = ["", ""];
  let writing = Promise.resolve();
  const feed = (text: string): void => {
    raw += text;
    writing = writing.then(() => new Promise((resolve) => terminal.write(text, resolve)));
  };
  const reach = (name: string): void => {
    const [, width, height] = /^size (\d+) (\d+)$/.exec(name) ?? [];
    writing = writing.then(() => {
      screens.set(name, linesOf(terminal));
      if (width !== undefined) terminal.resize(Number(width), Number(height));
      if (size.press?.at === name) child.stdin.write(size.press.keys);
    });
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    rest += text;
    for (let mark = MARK.exec(rest); mark !== null; mark = MARK.exec(rest)) {
      feed(rest.slice(0, mark.index));
      reach(mark[1] as string);
      rest = rest.slice(mark.index + mark[0].length);
    }
    // A mark may come in two pieces.
    const begun = rest.lastIndexOf(`${ESCAPE}]7777`);
    const whole = begun === -1 ? rest : rest.slice(0, begun);
    feed(whole);
    rest = rest.slice(whole.length);
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
  await once(child, "close");
  clearTimeout(timer);
  feed(rest);
  await writing;
  screens.set("end", linesOf(terminal));
  const shown = raw.match(CURSOR)?.at(-1) !== `${ESCAPE}[?25l`;
  return { screens, raw, isCursorShown: shown, exitCode: child.exitCode, terminal };
}

/** All lines of a terminal, those that have scrolled off too, up to the last that is not empty. */
function linesOf(terminal: XTerm): string[] {
  const buffer = terminal.buffer.active;
  const lines: string[] = [];
  for (let row = 0; row < buffer.length; row++) lines.push(buffer.getLine(row)?.translateToString(true) ?? "");
  while (lines.at(-1)?.trim() === "") lines.pop();
  return lines;
}

/** For programs: marks this moment. */
export async function mark(name: string, wait = 60): Promise<void> {
  await sleep(wait);
  const { writeSync } = await import("node:fs");
  writeSync(1, `${ESCAPE}]7777;${name}${BELL}`);
}
