// A rule of the port: a sentence, and how it is tried.

import type { Trial } from "./trial.ts";

/** What a rule needs of its queue. */
export interface RuleOptions {
  /** How many jobs are executed at once; 4. */
  readonly concurrency?: number;
  /** Workers to start before, where the harness starts them; 1. */
  readonly workers?: number;
}

/** A rule of the port. */
export interface Rule extends RuleOptions {
  readonly title: string;
  readonly check: (trial: Trial) => Promise<void>;
}

/** A rule: its title, a check that throws unless a queue keeps it, and what it needs. */
export function rule(title: string, check: (trial: Trial) => Promise<void>, options: RuleOptions = {}): Rule {
  return { title, check, ...options };
}
