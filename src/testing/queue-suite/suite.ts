// The conformance suite for job queues: the contract between the runner and whatever executes jobs for it. Each rule is a test of its
// own on a fresh queue, so that a report names the rules that a queue breaks.

import { argumentError, checkNumber, checkOptions, checkType } from "../../core/check.ts";
import { cancelling } from "./cancelling.ts";
import { closing } from "./closing.ts";
import { errors } from "./errors.ts";
import type { QueueSuiteOptions, SuiteTest } from "./harness.ts";
import { ids } from "./ids.ts";
import { suiteJobsUrl } from "./jobs.ts";
import { joining } from "./joining.ts";
import { listening } from "./listening.ts";
import { load } from "./load.ts";
import { order } from "./order.ts";
import { reattaching } from "./reattaching.ts";
import { results } from "./results.ts";
import { retrying } from "./retrying.ts";
import type { Rule } from "./rule.ts";
import { submission } from "./submission.ts";
import { Inapplicable, Trial, within } from "./trial.ts";
import { workers } from "./workers.ts";

const RULES: readonly Rule[] = [
  submission,
  results,
  errors,
  cancelling,
  retrying,
  order,
  listening,
  ids,
  joining,
  reattaching,
  workers,
  load,
  closing,
].flat();

/**
 * Registers one test for each rule that a job queue has to keep, under its title. What the queue says it does not support is tested
 * to be refused. It passes if every test does; rules in `except` are skipped by name.
 *
 * @throws TypeError for an exception without a reason, or with a title that no rule has.
 */
export function queueSuite(options: QueueSuiteOptions): void {
  checkOptions("queueSuite", options, ["test", "create", "jobs", "except", "patience"]);
  const { test, create, jobs = suiteJobsUrl, except = {}, patience = 30_000 } = options;
  checkType("queueSuite: test", test, "function");
  checkType("queueSuite: create", create, "function");
  checkNumber("queueSuite: patience", patience);
  if (!(jobs instanceof URL)) throw argumentError(TypeError, "queueSuite: jobs", "a URL", jobs);
  checkExceptions(except);
  for (const rule of RULES) {
    if (Object.hasOwn(except, rule.title)) skip(test, `${rule.title} [except: ${except[rule.title]}]`);
    else {
      test(rule.title, async (context) => {
        const reason = await tryRule(rule, { create, jobs, patience });
        if (reason !== undefined) (context as { skip?: (reason: string) => unknown } | undefined)?.skip?.(reason);
      });
    }
  }
}

function checkExceptions(except: Readonly<Record<string, string>>): void {
  const titles = RULES.map(({ title }) => title);
  checkOptions("queueSuite: except", except, titles);
  for (const [title, reason] of Object.entries(except)) {
    if (typeof reason === "string" && reason.trim() !== "") continue;
    throw argumentError(TypeError, `queueSuite: except: ${title}`, "a reason", reason);
  }
}

function skip(test: SuiteTest, title: string): void {
  if (typeof test.skip === "function") (test.skip as (title: string, body: () => void) => unknown)(title, () => {});
}

/** Tries a rule; what comes back is why it does not apply. */
async function tryRule(
  rule: Rule,
  { create, jobs, patience }: Required<Pick<QueueSuiteOptions, "create" | "jobs" | "patience">>,
): Promise<string | undefined> {
  const { concurrency = 4, workers: count = 1 } = rule;
  const trial = await Trial.open(create, patience, { jobs, concurrency });
  try {
    if (trial.hasWorkers) for (let i = 0; i < count; i++) await trial.worker();
    await within(4 * patience, "the test", rule.check(trial));
  } catch (error) {
    // What follows a failure, such as a queue that does not close, is not the news.
    await trial.close().catch(() => {});
    if (error instanceof Inapplicable) return error.message;
    throw error;
  }
  await trial.close();
  return undefined;
}
