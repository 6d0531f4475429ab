#!/usr/bin/env node
// The entry of the `thence` command.

import { runProgram } from "./program.ts";

await runProgram(process.argv.slice(2));
