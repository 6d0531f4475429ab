// The programs in our texts: found in Markdown and in doc comments, compiled together, and run one by one.

import { writeFile } from "node:fs/promises";
import path from "node:path";
import { readModule } from "./imports.ts";
import { compile, execute, manifest, ROOT, workspace, type Folder, type Outcome } from "./workspace.ts";

export interface Block {
  readonly language: string;
  readonly text: string;
  /** The lines of the opening and the closing fence, from 1. */
  readonly start: number;
  readonly end: number;
}

export interface Program {
  /** File and line, for the title of the test: `README.md:8`. */
  readonly where: string;
  readonly text: string;
  /** What it must print; undefined if the text does not say. */
  readonly output: string | undefined;
}

/** The fenced code blocks of a Markdown text, in order. Throws for one that is never closed. */
export function codeBlocks(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { fence: string; language: string; start: number; lines: string[] } | undefined;
  for (const [index, line] of markdown.split("\n").entries()) {
    const fence = /^\s*(`{3,})\s*(\S*)/.exec(line);
    if (open === undefined) {
      if (fence) open = { fence: fence[1]!, language: fence[2]!, start: index + 1, lines: [] };
    } else if (line.trim() === open.fence) {
      blocks.push({ language: open.language, text: open.lines.join("\n"), start: open.start, end: index + 1 });
      open = undefined;
    } else {
      open.lines.push(line);
    }
  }
  if (open) throw new SyntaxError(`the code block that opens at line ${open.start} is never closed`);
  return blocks;
}

/** The `ts` blocks of a text that begins at a line of a file. A `text` block that comes next is what the program prints. */
export function programsIn(file: string, markdown: string, firstLine = 1): Program[] {
  const blocks = codeBlocks(markdown);
  return blocks.flatMap(({ language, text, start }, index) => {
    const next = blocks[index + 1];
    const output = next?.language === "text" ? next.text : undefined;
    return language === "ts" ? [{ where: `${file}:${firstLine + start - 1}`, text, output }] : [];
  });
}

/** The programs in the doc comments of a source. */
export function programsInDocs(file: string, source: string): Program[] {
  return readModule(file, source).docComments.flatMap(({ text, line }) =>
    programsIn(file, text.replaceAll(/^[ \t]*\* ?/gm, ""), line),
  );
}

/** The lines of programs that Node 22 refuses: it cannot parse `using`. */
export function tooNew(programs: readonly Program[]): string[] {
  const lines = programs.flatMap(({ where, text }) => text.split("\n").map((line) => `${where}: ${line}`));
  return lines.filter((line) => /\busing +\w+ *=/.test(line));
}

/** Whether a program printed what was expected. `…` stands for anything within a line; blank ends do not matter. */
export function printsAs(expected: string, actual: string): boolean {
  const literal = expected.trim().replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const pattern = literal.replaceAll("…", "[^\\n]*");
  return new RegExp(`^${pattern}$`).test(actual.trim().replaceAll("\r\n", "\n"));
}

/** Programs written to a folder where they can be compiled and run. */
export interface Shelf extends Folder {
  /** Compiles all of them at once, as strictly as our own sources but for names that are not used. */
  check(): Promise<Outcome>;
  /** Runs one of them. */
  run(program: Program): Promise<Outcome>;
}

export async function shelve(programs: readonly Program[]): Promise<Shelf> {
  const folder = await workspace(Object.keys(manifest.peerDependencies));
  const fileOf = ({ where }: Program): string => path.join(folder.path, `${where.replaceAll(/[^\w-]+/g, "-")}.ts`);
  for (const program of programs) await writeFile(fileOf(program), `${program.text}\nexport {};\n`);

  const tsconfig = {
    extends: path.join(ROOT, "tsconfig.json"),
    compilerOptions: {
      noUnusedLocals: false,
      noUnusedParameters: false,
      typeRoots: [path.join(ROOT, "node_modules/@types")],
    },
    include: ["*.ts"],
  };
  await writeFile(path.join(folder.path, "tsconfig.json"), JSON.stringify(tsconfig));
  return {
    ...folder,
    check: () => compile(folder.path),
    run: (program) => execute(process.execPath, ["--conditions=thence-source", fileOf(program)], folder.path),
  };
}
