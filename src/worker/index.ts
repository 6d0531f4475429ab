// The public surface of `thence/worker`: what executes the jobs of a queue.

export type { Claim, ClaimOutcome, ConsumeOptions, Consumer, WorkableQueue } from "../core/consume.ts";
export { worker, type Worker } from "./worker.ts";
export type { WorkerModule } from "./modules.ts";
export type { WorkerOptions } from "./options.ts";
export type { WorkerSummary } from "./tally.ts";
