// What a TypeScript file imports, and how it presents itself: the facts that the rules in structure.ts judge.
// Read by a real parser, since imports also stand in comments and strings, where a pattern would find them.

import path from "node:path";
import { parseSync, Visitor } from "oxc-parser";

/** One import or re-export. */
export interface Import {
  /** The text between the quotes; undefined where it is computed. */
  readonly specifier: string | undefined;
  /** Nothing of it is left at run time. `import { type A }` is not type-only: the module is loaded all the same. */
  readonly typeOnly: boolean;
}

export interface Module {
  readonly imports: readonly Import[];
  readonly hasDefaultExport: boolean;
  /** The text of the first comment if nothing but a `#!` line stands before it, else undefined. */
  readonly opening: string | undefined;
  readonly docComments: readonly { readonly text: string; readonly line: number }[];
}

/** Reads one module. Throws on a syntax error, with the file's name. */
export function readModule(file: string, source: string): Module {
  const { program, module, comments, errors } = parseSync(file, source);
  if (errors[0]) throw new SyntaxError(`${file}: ${errors[0].message}`);

  const imports: Import[] = [];
  const add = (specifier: string | undefined, typeOnly: boolean): void => void imports.push({ specifier, typeOnly });
  new Visitor({
    ImportDeclaration: (node) => add(node.source.value, node.importKind === "type"),
    ExportAllDeclaration: (node) => add(node.source.value, node.exportKind === "type"),
    ExportNamedDeclaration: (node) => node.source && add(node.source.value, node.exportKind === "type"),
    ImportExpression: ({ source: name }) =>
      add(name.type === "Literal" && typeof name.value === "string" ? name.value : undefined, false),
    TSImportType: (node) => add(node.source.value, true),
  }).visit(program);

  const exported = module.staticExports.flatMap(({ entries }) => entries.map(({ exportName }) => exportName));
  const [first] = comments;
  return {
    imports,
    hasDefaultExport: exported.some(({ kind, name }) => (kind as string) === "Default" || name === "default"),
    opening: first && /^(#!.*)?\s*$/.test(source.slice(0, first.start)) ? first.value : undefined,
    docComments: comments
      .filter(({ type, value }) => type === "Block" && value.startsWith("*"))
      .map(({ value, start }) => ({ text: value, line: source.slice(0, start).split("\n").length })),
  };
}

/** The file that a relative specifier names, as a path from the root with forward slashes; undefined for a package. */
export function resolveRelative(importer: string, specifier: string): string | undefined {
  return specifier.startsWith(".") ? path.posix.join(path.posix.dirname(importer), specifier) : undefined;
}

/** The package that a bare specifier belongs to: `pg` for `pg/lib/client.js`, `@scope/name` for `@scope/name/part`. */
export function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
