// The stage on which a scenario is played: the real tasks, wired as it says, each with its twin in the
// reference. Without rules there is no reference and no listener: then only notes of the states are taken.

import { settled, task as newTask } from "thence";
import type { Task, TaskOptions, Require, Transition } from "thence";
import { virtualClock } from "thence/testing";
import type { VirtualClock } from "thence/testing";
import type { Scenario, TaskSpec } from "./arbitrary.ts";
import { Functions, shaped } from "./functions.ts";
import type { Report } from "./functions.ts";
import type { PlayedRun } from "./played-run.ts";
import type { Held } from "./queues.ts";
import { Reference } from "./reference.ts";
import type { Rules } from "./rules.ts";
import type { Edge, ModelTask } from "./state.ts";

export class Stage implements Report {
  readonly scenario: Scenario;
  readonly reference: Reference | undefined;
  readonly clock: VirtualClock = virtualClock();
  readonly functions: Functions = new Functions(this);
  readonly tasks: Task<unknown>[] = [];
  readonly runs: PlayedRun[] = [];
  readonly held: Held = [];
  readonly complaints: string[] = [];
  /** How many things have happened; when it stands still all is at rest. */
  stirred = 0;
  /** An edge has closed a cycle. */
  cyclic = false;
  /** Called when a function has begun, or a listener hears of a new state, for commands from within. */
  onInside: (index: number, on: string) => void = () => {};
  readonly #indexes = new Map<Task<unknown>, number>();
  readonly #joined = new Set<Task<unknown>>();

  constructor(scenario: Scenario, rules: Rules | undefined) {
    this.scenario = scenario;
    this.reference = rules && new Reference(rules, () => this.clock.now());
    for (const [index, spec] of scenario.tasks.entries()) this.#add(spec, index);
    if (scenario.backwards) for (const [index, spec] of scenario.tasks.entries()) this.#wire(spec, index);
  }

  tell(what: (reference: Reference) => void): void {
    if (this.reference) what(this.reference);
  }

  stir(): void {
    this.stirred++;
  }

  inside(index: number): void {
    this.onInside(index, "function");
  }

  complain(text: string): void {
    if (this.reference) this.reference.complain(text);
    else this.complaints.push(text);
  }

  indexOf(task: Task<unknown>): number {
    return this.#indexes.get(task) ?? -1;
  }

  modelOf(task: Task<unknown>): ModelTask | undefined {
    return this.reference?.tasks[this.indexOf(task)];
  }

  /** Settled tasks whose `join()`, called before anything ran, has not settled. */
  unjoined(): Task<unknown>[] {
    return this.reference ? this.tasks.filter((task) => task.isSettled() && !this.#joined.has(task)) : [];
  }

  /** The prerequisites by index, each once; the first mention decides on the kind of edge. */
  edges({ requires }: TaskSpec, index: number): Map<number, Edge> {
    const edges = new Map<number, Edge>();
    const { backwards, tasks } = this.scenario;
    for (const { back, soft } of requires) {
      const other = backwards ? index + 1 + back : index - 1 - back;
      if (other < 0 || other >= tasks.length || edges.has(other)) continue;
      edges.set(other, soft ? "soft" : "hard");
    }
    return edges;
  }

  #add(spec: TaskSpec, index: number): void {
    const edges = this.scenario.backwards ? new Map<number, Edge>() : this.edges(spec, index);
    const requirements = [...edges].map(([other, edge]) => this.#requirement(other, edge));
    const { kind, priority, retries, retryDelay, cancelOnError } = spec;
    const options: TaskOptions<Require | undefined, unknown> = {
      priority,
      ...(edges.size > 0 && { require: shaped(spec.shape, requirements) }),
      ...(retries > 0 && { retry: retryDelay === 0 ? retries : { limit: retries, delay: retryDelay } }),
      ...(cancelOnError && { cancelOnError: true as const }),
      ...(kind !== "group" && { run: this.functions.make(spec, index, edges.size) }),
    };
    const real = newTask(`t${index}`, options);
    this.tasks.push(real);
    this.#indexes.set(real, index);
    for (const on of new Set(this.scenario.triggers.map((trigger) => trigger.on))) {
      if (on !== "function") real.on(on, () => this.onInside(index, on));
    }
    if (this.reference) this.#watch(this.reference, this.reference.add(real.name, spec, edges), real);
  }

  #watch(reference: Reference, model: ModelTask, real: Task<unknown>): void {
    real.on("transition", (record) => {
      this.stir();
      if (real.state !== record.to) this.complain(`${real.name}: a record to ${record.to} while it is ${real.state}`);
      reference.transition(model, {
        ...record,
        result: real.result,
        error: real.error,
        because: record.detail.because,
        blamed: this.#models(record.detail.failed ?? record.detail.cancelled),
        blockers: this.#models((real.error as { blockers?: Task<unknown>[] } | undefined)?.blockers),
      });
    });
    void this.#join(real);
  }

  async #join(real: Task<unknown>): Promise<void> {
    const joined = await real.join();
    this.#joined.add(joined);
  }

  #models(tasks: Transition["detail"]["failed"]): ModelTask[] | undefined {
    return tasks?.map((task) => this.modelOf(task)).filter((task) => task !== undefined);
  }

  #requirement(index: number, edge: Edge) {
    const task = this.tasks[index] as Task<unknown>;
    return edge === "soft" ? settled(task) : task;
  }

  /** Edges to tasks that are created later: order only, half of them said from the other side. */
  #wire(spec: TaskSpec, index: number): void {
    const task = this.tasks[index] as Task<unknown>;
    for (const [other, edge] of this.edges(spec, index)) {
      if (edge === "hard" && other % 2 === 0) this.tasks[other]?.block(task);
      else task.require(this.#requirement(other, edge));
      this.tell((to) => to.task(index).requires.set(to.task(other), edge));
    }
  }
}
