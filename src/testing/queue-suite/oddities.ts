// Values that are no JSON, and errors of all kinds: what the rules about boundaries are tried with.

/** What the job `fail` throws. */
export interface Thrown {
  /** Something other than an error. */
  readonly instead?: "text" | "undefined" | "null" | "object" | "plain";
  /** The name of its class; Error if there is none. */
  readonly name?: string;
  readonly message?: string;
  readonly code?: string | number;
  readonly data?: unknown;
  /** Gives it `data` that is no JSON value. */
  readonly oddData?: boolean;
  readonly cause?: Thrown;
  /** Marks it as the machinery's own, which it is not. */
  readonly machinery?: boolean;
}

/** A text that is longer than what messages quote. */
export const LONG_TEXT: string = `a text ${"that goes on ".repeat(20)}to its end`;

/** An error, or what else there may be thrown. */
export function thrown(input: Thrown): unknown {
  const { instead, name, message, code, data, oddData, cause, machinery } = input;
  if (instead === "text") return LONG_TEXT;
  if (instead === "null") return null;
  if (instead === "undefined") return undefined;
  if (instead === "object") return { message: "an object", code: "E_OBJECT" };
  if (instead === "plain") return { reason: "quota", limit: 3 };
  const error = new Error(message, cause === undefined ? undefined : { cause: thrown(cause) });
  return Object.assign(error, {
    ...(name === undefined ? {} : { name }),
    ...(code === undefined ? {} : { code }),
    ...(data === undefined ? {} : { data }),
    ...(oddData === true ? { data: { count: 1n } } : {}),
    ...(machinery === true ? { machinery: true } : {}),
  });
}

/** The kinds of {@link strange} values. */
export const STRANGE_KINDS: readonly string[] = [
  "bigint",
  "function",
  "symbol",
  "cycle",
  "date",
  "map",
  "NaN",
  "Infinity",
  "instance",
  "deep",
];

class Point {
  readonly x = 1;
}

/** A value that JSON cannot write, or would silently change. */
export function strange(kind: string): unknown {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  const values: Record<string, unknown> = {
    bigint: 1n,
    function: () => 1,
    symbol: Symbol("s"),
    cycle,
    date: new Date(0),
    map: new Map([[1, 2]]),
    NaN: Number.NaN,
    Infinity: Number.POSITIVE_INFINITY,
    instance: new Point(),
    deep: { list: [1, { bad: 2n }] },
  };
  if (!(kind in values)) throw new Error(`no strange value is called ${kind}`);
  return values[kind];
}

/** JSON values of every shape, some of which are easily lost on the way. */
export const SHAPES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  0.1,
  1e308,
  5e-324,
  Number.MAX_SAFE_INTEGER,
  "",
  "0",
  "null",
  "undefined",
  "äß€ 𝕏 👩‍👩‍👧 \u0000 \u2028 \uD800 \\ \" ' \n\r\t",
  [],
  {},
  [null],
  [[], [[]], {}],
  [1, "two", false, null, { three: 3 }],
  { "": "", " ": 0, a: { b: { c: { d: [{ e: null }] } } } },
  JSON.parse('{"__proto__":{"polluted":true},"constructor":1,"toString":null,"then":"x","length":-1}') as unknown,
  { state: "done", result: undefined, error: { name: "Error", message: "not an error" }, $ref: "#" },
  Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`key ${i}`, i])),
];
