// Two chains through a run: the longest path, which is what the run would take with slots and resources without end; and the last
// chain, which is why it took as long as it did: from its end back over attempts, waits and the prerequisite that came last.

import { longestPath } from "../../core/summary.ts";
import type { Task } from "../../core/task.ts";
import type { Life, Span } from "./lives.ts";
import type { Past } from "./past.ts";

type AnyTask = Task<unknown>;

/** Tasks that each waited for the one before, and the milliseconds that their last attempts took. */
export interface LongestPath {
  readonly tasks: readonly AnyTask[];
  readonly ms: number;
}

/** Of the chains of tasks that ran, the one whose last attempts took longest together: `summary.criticalPath`, at any time. */
export function longestPathOf(past: Past, lives: readonly Life[]): LongestPath {
  const took = new Map<AnyTask, number>();
  for (const { task, spans } of lives) {
    const last = spans.findLast(({ kind }) => kind === "attempt");
    if (last !== undefined && last.from >= (past.startedAt ?? 0)) took.set(task, last.to - last.from);
  }
  const tasks = longestPath(past.tasks, (task) => took.get(task));
  return { tasks, ms: tasks.reduce((sum, task) => sum + (took.get(task) ?? 0), 0) };
}

/** A chain of spans that leaves no time out, latest first, and the task that ends it. */
export interface LastChain {
  readonly task: AnyTask | undefined;
  readonly spans: readonly Span[];
}

/** What the end waited for: the spans of the task that ended last, those of what it waited for last, and so on. */
export function lastChainOf(lives: readonly Life[]): LastChain {
  const lifeOf = new Map(lives.map((life) => [life.task, life]));
  let life: Life | undefined;
  for (const each of lives) if (endOf(each) > endOf(life)) life = each;
  const task = life?.task;
  const spans: Span[] = [];
  const seen = new Set<Life>();
  for (let until = Infinity; life !== undefined && !seen.has(life);) {
    seen.add(life);
    let next: Life | undefined;
    for (const span of life.spans.toReversed()) {
      if (span.from >= until && span.to > until) continue;
      if (span.kind === "prerequisite") {
        next = lifeOf.get(span.on as AnyTask);
        until = Math.min(until, span.to);
        break;
      }
      spans.push(span.to > until ? { ...span, to: until } : span);
    }
    life = next;
  }
  return { task, spans };
}

// Only what ran: a task that fails because of others ends with them.
function endOf(life: Life | undefined): number {
  return life?.spans.findLast(({ kind }) => kind === "attempt")?.to ?? -Infinity;
}
