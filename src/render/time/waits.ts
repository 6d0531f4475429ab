// Sums of what was waited for, and the words for it: "0.6 s for `db`, 0.2 s for a slot". Timeline, trace and report say the same.

import type { Task } from "../../core/task.ts";
import { duration } from "../duration.ts";
import { isolated, oneLine } from "../text.ts";
import type { Attempt, Life, Span, Wait, WaitKind } from "./lives.ts";

/** How long something was waited for, in milliseconds. */
export interface Sum {
  readonly kind: WaitKind;
  readonly on: Task<unknown> | string | undefined;
  readonly ms: number;
}

const NAME_LENGTH = 60;

/** What the waits among some spans come to: the longest first, but prerequisites, for which nobody can help it, last. */
export function sumsOf(spans: Iterable<Span>): Sum[] {
  const sums = new Map<WaitKind, Map<Wait["on"], number>>();
  for (const span of spans) {
    if (span.kind === "attempt") continue;
    let ofKind = sums.get(span.kind);
    if (ofKind === undefined) sums.set(span.kind, (ofKind = new Map<Wait["on"], number>()));
    ofKind.set(span.on, (ofKind.get(span.on) ?? 0) + span.to - span.from);
  }
  return [...sums]
    .flatMap(([kind, ofKind]) => Array.from(ofKind, ([on, ms]): Sum => ({ kind, on, ms })))
    .toSorted((a, b) => Number(a.kind === "prerequisite") - Number(b.kind === "prerequisite") || b.ms - a.ms);
}

/** What was waited for: "for `db`", "for a slot", "for `compile`", "in a queue", "for a retry", "for its turn". */
export function waitingFor({ kind, on }: Pick<Sum, "kind" | "on">): string {
  switch (kind) {
    case "prerequisite":
      return `for ${nameOf(on)}`;
    case "resource":
      return `for ${nameOf(on)}`;
    case "slot":
      return "for a slot";
    case "queue":
      return "in a queue";
    case "backoff":
      return "for a retry";
    case "turn":
      return "for its turn";
  }
}

/**
 * Sums in words, without those below half a millisecond and below `least`: "0.6 s for `db`, 0.2 s for a slot". That it takes a
 * moment until it is a task's turn goes without saying.
 */
export function waitWords(sums: readonly Sum[], least: number = 0.5): string {
  return sums
    .filter(({ kind, ms }) => ms >= Math.max(kind === "turn" ? 5 : 0.5, least))
    .map((sum) => `${duration(sum.ms)} ${waitingFor(sum)}`)
    .join(", ");
}

/** A name within a sentence, between backticks. */
export function nameOf(named: Task<unknown> | string | undefined): string {
  const name = typeof named === "string" ? named : (named?.name ?? "");
  return `\`${isolated(oneLine(name, NAME_LENGTH).replaceAll("`", "'"))}\``;
}

/** Milliseconds that a task's attempts took. */
export function runningMs({ spans }: Life): number {
  return spans.reduce((sum, { kind, from, to }) => (kind === "attempt" ? sum + to - from : sum), 0);
}

/** What a task waited for directly before an attempt. */
export function waitsBefore({ spans }: Life, attempt: Attempt): Wait[] {
  const waits: Wait[] = [];
  for (const span of spans) {
    if (span === attempt) break;
    if (span.kind === "attempt") waits.length = 0;
    else waits.push(span);
  }
  return waits;
}
