// Graphs written as text, so that a test shows the graph it is about.

import { remote } from "./remote.ts";
import type { Remote } from "./remote.ts";

type Letter = "a" | "b" | "c" | "d" | "e" | "f" | "g" | "h" | "i" | "j" | "k" | "l" | "m" | "n" | "o";

/**
 * Remotes by task name. The compiler cannot read the text, so single letters are taken to be there, and
 * other names are given as ``graph<"sources" | "types">`sources -> types` ``. A name that the text lacks
 * is `undefined` and fails at its first use.
 */
export type Graph<Name extends string = Letter> = Record<Name, Remote>;

/**
 * Remote-controlled tasks by name, wired as the text says. Statements end with `;` or a newline; in
 * `a b -> c -> d` c requires a and b, and d requires c; a statement without an arrow only names tasks.
 * Tasks are created in the order in which the text names them.
 *
 * @example
 * ```ts
 * const { a, b, c } = graph`a b -> c`;
 * ```
 */
export function graph<Name extends string = Letter>(
  text: TemplateStringsArray,
  ...values: readonly unknown[]
): Graph<Name> {
  const remotes = new Map<string, Remote>();
  const named = (words: string): Remote[] =>
    words
      .split(/\s+/)
      .filter((word) => word !== "")
      .map((word) => {
        const known = remotes.get(word) ?? remote(word);
        remotes.set(word, known);
        return known;
      });
  for (const statement of String.raw({ raw: text.raw }, ...values).split(/[;\n]/)) {
    if (statement.trim() === "") continue;
    const stages = statement.split("->").map(named);
    for (const [index, stage] of stages.entries()) {
      if (stage.length === 0) throw new Error(`graph: an arrow without a task in "${statement.trim()}"`);
      const before = (stages[index - 1] ?? []).map(({ task }) => task);
      for (const { task } of stage) task.require(before);
    }
  }
  return Object.fromEntries(remotes) as Graph<Name>;
}
