// What a command gets of the world around it, and the failure that it ends with when it has told all that there is to tell.

import type { Output } from "./output.ts";

/** The program that runs a command. */
export interface Host {
  readonly output: Output;
  /** Writes a remark that is no result, to standard error. */
  readonly remark: (text: string) => void;
  /** Ends the program with this code once the command has ended; 0 unless called. */
  readonly exitWith: (code: number) => void;
  /** Called instead of ending the program when nobody reads its output any more. */
  outlivesReader: boolean;
}

/** A command cannot do what it was asked for. The message is all that the user sees. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}
