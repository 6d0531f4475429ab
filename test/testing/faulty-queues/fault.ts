// Queues that are only almost right, each made from the sound one in memory by overriding one decision.

import type { ErrorRecord, JobHandle, JobInfo, JobRequest } from "../../../src/core/job-queue.ts";
import { MemoryEngine } from "../../helpers/memory-engine.ts";
import { MemoryHandle } from "../../helpers/memory-handle.ts";
import { isolated, LEAST, type Parts, selfServing, SOUND, withWorkers } from "../../helpers/memory-harness.ts";
import { MemoryQueue } from "../../helpers/memory-queue.ts";
import { type Claim, Row } from "../../helpers/memory-row.ts";

export { MemoryEngine, MemoryHandle, MemoryQueue, Row };
export { MemoryWorker } from "../../helpers/memory-worker.ts";
export type { Claim, JobHandle, JobInfo, JobRequest };
export type Outcome = Parameters<MemoryEngine["finish"]>[2];
type Engine = typeof MemoryEngine;

/** A faulty queue, and the rules by which the suite must notice it. */
export interface Fault {
  /** What the queue does wrong: "it starts the youngest job first". */
  readonly fault: string;
  readonly breaks: readonly string[];
  readonly create: ReturnType<typeof selfServing>;
}

type Kind = "alone" | "workers" | "isolated" | "least";

/** Describes a faulty queue. */
export function fault(
  what: string,
  breaks: string | readonly string[],
  parts: Partial<Parts>,
  kind: Kind = "alone",
): Fault {
  const all = { ...SOUND, ...parts };
  const create = {
    alone: () => selfServing(all),
    workers: () => withWorkers(all),
    isolated: () => isolated(all),
    least: () => selfServing(all, LEAST),
  }[kind]();
  return { fault: what, breaks: typeof breaks === "string" ? [breaks] : breaks, create };
}

/** An engine that tells something else of its jobs. */
export function telling(change: (info: JobInfo) => object): Engine {
  class Changed extends Row {
    override get info(): JobInfo {
      return change(super.info) as JobInfo;
    }
  }
  return class extends MemoryEngine {
    override create(...given: ConstructorParameters<typeof Row>): Row {
      return new Changed(...given);
    }
  };
}

/** An engine that makes something else of what attempts come to. */
export function ending(change: (outcome: Outcome, row: Row) => Outcome): Engine {
  return class extends MemoryEngine {
    override finish(row: Row, claim: Claim, outcome: Outcome): void {
      super.finish(row, claim, change(outcome, row));
    }
  };
}

/** An engine that writes down other errors. */
export function failing(change: (error: ErrorRecord) => object): Engine {
  return ending((outcome) =>
    outcome.state === "failed" ? { state: "failed", error: change(outcome.error) as ErrorRecord } : outcome,
  );
}

/** An engine that writes other requests. */
export function writing(change: (text: string | undefined, request: JobRequest) => string | undefined): Engine {
  return class extends MemoryEngine {
    override write(request: JobRequest): string | undefined {
      return change(super.write(request), request);
    }
  };
}

/** A queue whose handles are of another class. */
export function handing(Handle: typeof MemoryHandle): typeof MemoryQueue {
  return class extends MemoryQueue {
    override handle(row: Row): JobHandle {
      return new Handle(row, this.engine, this.closed.signal);
    }
  };
}

/** A queue whose handles are of another class if the job was submitted on another connection. */
export function handingForeign(Handle: typeof MemoryHandle): typeof MemoryQueue {
  return class extends MemoryQueue {
    readonly mine = new Set<string>();
    override async submit(request: JobRequest): Promise<JobHandle> {
      const handle = await super.submit(request);
      this.mine.add(handle.id);
      return handle;
    }
    override handle(row: Row): JobHandle {
      if (this.mine.size > 0) return super.handle(row);
      return new Handle(row, this.engine, this.closed.signal);
    }
  };
}

/** An object without one of its properties. */
export function without(object: object, key: string): object {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}
