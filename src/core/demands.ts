// What tasks ask of a run beyond a slot, and whether it has that.

import { wrongArgument } from "./check.ts";
import { quoteName } from "./errors.ts";
import type { Settings } from "./settings.ts";
import type { Task } from "./task.ts";

/** Refuses tasks that the run's resources and queues cannot serve. */
export function checkDemands(task: Task<unknown>, settings: Settings): void {
  const policy = task._policy;
  if (policy === undefined || task.isSettled()) return;
  for (const [name, amount] of Object.entries(policy.uses ?? {})) {
    const total = Object.hasOwn(settings.resources, name) ? (settings.resources[name] as number) : 0;
    if (amount > total) refuse(task, `uses ${amount} of ${JSON.stringify(name)}, but the run has ${total}`);
  }
  if (typeof policy.queue === "string" && !settings.queues.has(policy.queue)) {
    refuse(task, `wants the queue ${JSON.stringify(policy.queue)}, which the run does not have`);
  }
}

function refuse(task: Task<unknown>, why: string): never {
  throw wrongArgument(RangeError, `task ${quoteName(task.name)} ${why}`);
}
