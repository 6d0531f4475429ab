// The equality itself: it tells types apart that are assignable to each other.

import { is, same } from "./same.ts";

same<number, number>();
same<{ a: 1; b?: string }, { a: 1; b?: string }>();
is<string>()(String(1));

// @ts-expect-error 1 is a number, and not the same
same<1, number>();
// @ts-expect-error any is like nothing else
// oxlint-disable-next-line typescript/no-explicit-any
same<any, number>();
// @ts-expect-error unknown is not any
// oxlint-disable-next-line typescript/no-explicit-any
same<unknown, any>();
// @ts-expect-error undefined is there or not
same<number | undefined, number>();
// @ts-expect-error a readonly array is no array
same<readonly number[], number[]>();
// @ts-expect-error a string is no number
is<number>()("text");
