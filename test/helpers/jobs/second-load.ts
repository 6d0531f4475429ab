// A module that cannot be loaded a second time, and a third time can. The file that counts is named by the environment.

import { appendFileSync, readFileSync } from "node:fs";
import { job } from "thence";

const file = process.env["THENCE_TEST_LOADS"] as string;
appendFileSync(file, "x");
if (readFileSync(file, "utf8") === "xx") throw new RangeError("not a second time");

/** Ends its thread or process. */
export const exit = job("exit", (code: number): never => process.exit(code));

/** Returns its input. */
export const echo = job("echo", (input: unknown) => input);
