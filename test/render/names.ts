// Names of every kind, and what a picture has to show for them: said here afresh rather than with the functions under test.

import * as fc from "fast-check";

/** The label of a name of at most 60 UTF-16 units, without the sign of its state: the lines as they are to be read. */
export function readable(name: string): string {
  let text = "";
  for (let index = 0; index < name.length; index++) {
    const code = name.codePointAt(index)!;
    if (code > 0xffff) index++;
    if (code === 0x0d && name.charCodeAt(index + 1) === 0x0a) continue;
    text += [0x0a, 0x85, 0x2028, 0x2029].includes(code) ? "\n" : shown(code);
  }
  while (/\n␊*$/.test(text)) text = text.replace(/\n(␊*)$/, "␊$1");
  const [first, second, third, ...rest] = text.split("\n");
  return [first, second, third, rest.length > 0 ? rest.join("␊") : undefined]
    .filter((line) => line !== undefined)
    .join("\n");
}

function shown(code: number): string {
  if (code < 0x20) return "␀␁␂␃␄␅␆␇␈␉␊␋␌␍␎␏␐␑␒␓␔␕␖␗␘␙␚␛␜␝␞␟"[code]!;
  if (code === 0x7f) return "␡";
  const undrawable =
    (code >= 0x80 && code <= 0x9f) || (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff;
  return undrawable ? "\uFFFD" : String.fromCodePoint(code);
}

/** A text as the eye takes it: spaces that do not break are spaces, and there is nothing to read on an empty line. */
export function asSeen(text: string): string {
  return text.replaceAll("\u00a0", " ").replaceAll(/\n+/g, "\n");
}

const anyUnit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));

/** Any name of at most 60 UTF-16 units: of ASCII with all its controls, of all of Unicode, of loose halves of surrogate pairs. */
export const anyName: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 60 }),
  fc.string({ unit: "binary", minLength: 1, maxLength: 30 }),
  fc.string({ unit: anyUnit, minLength: 1, maxLength: 60 }),
);

/** Names that break what is careless: with quotes, markup, escapes, invisible characters; or that are words of a format. */
export const HOSTILE_NAMES: readonly string[] = [
  'say "hi"',
  '"',
  '\\"',
  "back\\slash\\",
  "\\",
  "\\\\",
  "\\N \\G \\L \\l \\r \\n \\E",
  "\n",
  "two\nlines",
  "\r\n\r\u2028x",
  "1\n2\n3\n4\n5\n6",
  "<b>bold</b>",
  "<",
  "<<b>x</b>>",
  "<script>alert(1)</script>",
  "</title></text><script>",
  "]]>",
  "<!-- x -->",
  "-->",
  "javascript:alert(1)",
  "&",
  "&amp;",
  "&amp;lt;",
  "&#60;b&#62;",
  "&lt",
  "&nbsp;",
  "'; DROP TABLE",
  "${x} $& $1 $`",
  "%s %d %%",
  "%%{init: {}}%%",
  "node",
  "edge",
  "graph",
  "digraph",
  "subgraph",
  "strict",
  "NODE",
  "end",
  "default",
  "style",
  "click",
  "t1",
  "t0->t1",
  "t0 -> t1 [color=red]",
  "a:b:c",
  ";}",
  "} {",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "0",
  "-1",
  "1.5",
  "NaN",
  "null",
  "undefined",
  " ",
  "  a   b  ",
  "\t",
  "a\tb",
  "\0",
  "a\0b",
  "\x1b[31mred",
  "\x7f",
  "\x80\x85\x9f",
  "\xa0",
  "\u200b",
  "\ufeff",
  "\uFFFE\uFFFF",
  "\ud800",
  "a\udc00b",
  "\ud83d",
  "x".repeat(60) + "\ud83d",
  "🚀",
  "👩‍👩‍👧‍👦 family",
  "🇩🇪",
  "שלום עולם",
  "مرحبا (1)",
  "\u202Eevil\u202C",
  "\u202Eevil",
  "\u2066x",
  "日本語のタスク名",
  "Ünïcödé Привет",
  "e\u0301",
  "\u0301",
  "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A".repeat(20),
  "x".repeat(10_000),
  "🚀".repeat(5_000),
  "&".repeat(10_000),
  "\\".repeat(10_000),
  '"'.repeat(10_000),
  "\n".repeat(10_000),
  "\u0301".repeat(10_000),
  "`code` **b** _i_ [x](y)",
  "https://example.com",
  "www.example.com",
  "a@b.com",
  "1. one",
  "- one\n- two",
  "a\n1. x\n2) y\n    z",
  "# h\n> q\n* l\n---\n===",
  "#35; #quot;",
  "ﬂ°lt¶ß",
  "ﬂ°°60¶ß",
  "classDef style:#a; linkStyle:#b;",
  "fa:fa-ban",
  "$$x$$",
  "|x|",
  "{x}",
  "[x]",
  "(x)",
];
