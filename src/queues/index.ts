// The queues that come with the package.

export { pQueue, type PQueueOptions } from "./p-queue.ts";
