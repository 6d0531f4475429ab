// The options of a task, checked and brought into the form that the scheduler reads. Most tasks have none: then there is no object.

import {
  argumentError,
  checkAmounts,
  checkCount,
  checkDuration,
  checkNumber,
  checkOptions,
  checkType,
} from "./check.ts";
import { isAnyQueue, QUEUE_KINDS } from "./queue.ts";
import type { JobFunction, RetryOptions, TaskPolicy } from "./types.ts";

/** What a task's options come to. Durations are milliseconds. */
export interface Policy {
  readonly priority: number;
  readonly uses: Readonly<Record<string, number>> | undefined;
  readonly retry: Required<RetryOptions> | undefined;
  readonly estimate: number | undefined;
  readonly timeout: number;
  readonly deadline: number;
  readonly cancelOnError: ((error: unknown) => boolean) | undefined;
  readonly cancelOnResult: ((result: unknown) => boolean) | undefined;
  readonly queue: TaskPolicy["queue"];
  readonly group: string | undefined;
  readonly meta: unknown;
}

const WORK_OPTIONS = ["require", "run", "job", "input", "state", "track"];
const POLICY_OPTIONS = [
  "priority",
  "uses",
  "retry",
  "estimate",
  "timeout",
  "deadline",
  "cancelOnError",
  "cancelOnResult",
  "queue",
  "group",
  "meta",
];
const TASK_OPTIONS = [...WORK_OPTIONS, ...POLICY_OPTIONS];
const RETRY_OPTIONS = ["limit", "delay", "factor", "maxDelay", "jitter", "when"];

/** What of a task's options its policy comes from: those of its job, which it may have as well, are its defaults. */
type Options = TaskPolicy & { readonly job?: Pick<JobFunction<never, unknown>, "policy"> | undefined };

/** Checks the options of a task and returns its policy, `undefined` where every option is at its default. */
export function policyOf(owner: string, options: Options): Policy | undefined {
  checkOptions(owner, options, TASK_OPTIONS);
  const usual = options.job?.policy ?? {};
  const isUsual = usual.timeout === undefined && usual.retry === undefined;
  if (isUsual && POLICY_OPTIONS.every((name) => options[name as keyof TaskPolicy] === undefined)) return undefined;
  const { priority = 0, uses, timeout = usual.timeout ?? Infinity, deadline = Infinity } = options;
  const { retry = usual.retry, cancelOnError, cancelOnResult, queue } = options;
  checkNumber(`${owner}: priority`, priority, -Infinity, Infinity);
  checkDuration(`${owner}: timeout`, timeout);
  checkDuration(`${owner}: deadline`, deadline);
  if (options.estimate !== undefined) checkNumber(`${owner}: estimate`, options.estimate);
  if (uses !== undefined) checkAmounts(`${owner}: uses`, uses);
  if (cancelOnError !== undefined && cancelOnError !== true) {
    checkType(`${owner}: cancelOnError`, cancelOnError, "function", "true or a function");
  }
  if (cancelOnResult !== undefined) checkType(`${owner}: cancelOnResult`, cancelOnResult, "function");
  if (options.group !== undefined) checkType(`${owner}: group`, options.group, "string");
  if (queue !== undefined && typeof queue !== "string" && !isAnyQueue(queue)) {
    throw argumentError(TypeError, `${owner}: queue`, `a queue's name, ${QUEUE_KINDS}`, queue);
  }
  return {
    priority,
    uses: uses && { ...uses },
    retry: retryOf(`${owner}: retry`, retry),
    estimate: options.estimate,
    timeout,
    deadline,
    cancelOnError: cancelOnError === true ? () => true : cancelOnError,
    cancelOnResult,
    queue,
    group: options.group,
    meta: options.meta,
  };
}

/** Checks a `retry` option and completes it. */
export function retryOf(owner: string, retry: TaskPolicy["retry"]): Required<RetryOptions> | undefined {
  if (retry === undefined) return undefined;
  if (typeof retry !== "number") checkOptions(owner, retry, RETRY_OPTIONS, "a number or an object of options");
  const {
    limit,
    delay = 0,
    factor = 1,
    maxDelay = Infinity,
    jitter = 0,
    when = () => true,
  } = typeof retry === "number" ? { limit: retry } : retry;
  checkCount(`${owner}.limit`, limit, 0);
  checkNumber(`${owner}.delay`, delay);
  checkNumber(`${owner}.factor`, factor);
  checkDuration(`${owner}.maxDelay`, maxDelay);
  checkNumber(`${owner}.jitter`, jitter, 0, 1);
  checkType(`${owner}.when`, when, "function");
  return { limit, delay, factor, maxDelay, jitter, when };
}

/** How long to wait before the retry after `failures` failed attempts, in milliseconds. */
export function retryDelay(retry: Required<RetryOptions>, failures: number): number {
  const { delay, factor, maxDelay, jitter } = retry;
  // A great power is Infinity, of which 0 makes NaN.
  if (delay === 0) return 0;
  return Math.min(maxDelay, delay * factor ** (failures - 1)) * (1 - jitter * Math.random());
}
