// The queues that come with the package.

export { openQueue } from "./open.ts";
export { pQueue, type PQueueOptions } from "./p-queue.ts";
export { ShellError, type ShellFailure } from "./shell.ts";
