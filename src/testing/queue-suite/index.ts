// What the conformance suite gives away.

export { suiteJobsUrl } from "./jobs.ts";
export { queueSuite } from "./suite.ts";
export type {
  CreateOptions,
  Elsewhere,
  QueueSuiteOptions,
  SuiteQueue,
  SuiteTest,
  SuiteWorker,
  WorkerOptions,
} from "./harness.ts";
