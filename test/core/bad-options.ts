// Bad values of options, and what the error about one must tell: whose it is, what was expected and what came.

import assert from "node:assert/strict";
import { task } from "thence";

/** A value, and how the error message shows it. */
export type BadValue = readonly [value: unknown, got: RegExp];

/** What JavaScript might pass for a number and is none. */
export const NOT_NUMBERS: readonly BadValue[] = [
  ["5", /got "5"/],
  [null, /got null/],
  [true, /got true/],
  [5n, /got 5/],
  [[5], /got an array/],
  [{}, /got an object/],
  [() => 5, /got the function/],
  [Symbol("5"), /got Symbol\(5\)/],
];

/** Holds that every bad value of an option is refused with the right class and a message that helps. */
export function refuses(
  option: string,
  wrap: (value: unknown) => object,
  bad: readonly BadValue[],
  kind: ErrorConstructor,
): void {
  for (const [value, got] of bad) {
    assert.throws(
      () => task("the task", { run: () => 1, ...wrap(value) }),
      (error: unknown) => {
        const label = `${option}: ${String(value)}`;
        assert.ok(error instanceof kind, `${label} gave ${String(error)}`);
        assert.match(error.message, /the task/, label);
        assert.ok(error.message.includes(option), `${label} gave ${error.message}`);
        assert.match(error.message, /expected .+, got /, label);
        assert.match(error.message, got, label);
        return true;
      },
    );
  }
}
