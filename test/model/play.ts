// Plays a scenario: gives its commands one by one, lets everything come to rest after each, and has the
// reference compare; at the end brings every run to its end and looks at what is left.

import { setImmediate } from "node:timers/promises";
import type { Scenario } from "./arbitrary.ts";
import { begin, perform } from "./commands.ts";
import { overdue } from "./rest.ts";
import type { Rules } from "./rules.ts";
import { Stage } from "./stage.ts";

export interface Played {
  readonly complaints: readonly string[];
  /** What happened, with the complaints in their places. */
  readonly log: readonly string[];
  /** All states and yields after each command. */
  readonly notes: readonly string[];
}

/** Plays with the reference if `rules` are given; otherwise nobody listens, and only notes are taken. */
export async function play(scenario: Scenario, rules?: Rules): Promise<Played> {
  const stage = new Stage(scenario, rules);
  const notes: string[] = [];
  const complaints = stage.reference?.complaints ?? stage.complaints;
  const rest = async (): Promise<boolean> => {
    await comeToRest(stage);
    compare(stage);
    notes.push(note(stage));
    return complaints.length === 0;
  };
  armTriggers(stage);
  begin(stage, scenario.run);
  let goesWell = await rest();
  for (const command of scenario.script) {
    if (!goesWell) break;
    stage.tell((to) => to.log.push(`-- ${JSON.stringify(command)}`));
    await perform(stage, command);
    goesWell = await rest();
  }
  if (goesWell) await finish(stage, rest);
  return { complaints, notes, log: stage.reference?.log ?? [] };
}

/** Each trigger fires once. */
function armTriggers(stage: Stage): void {
  const armed = new Set(stage.scenario.triggers);
  stage.onInside = (index, on) => {
    for (const trigger of armed) {
      if (trigger.on !== on || trigger.task % stage.tasks.length !== index) continue;
      armed.delete(trigger);
      stage.tell((to) => to.log.push(`-- within t${index} ${on}: ${JSON.stringify(trigger.command)}`));
      void perform(stage, trigger.command, true);
    }
  };
}

/** Until nothing has happened for three turns of the event loop and no timer is due. */
async function comeToRest(stage: Stage): Promise<void> {
  const look = (): string => `${stage.stirred} ${stage.reference ? "" : note(stage)}`;
  for (let round = 0, before = ""; before !== look(); round++) {
    before = look();
    await stage.clock.advance(0);
    await setImmediate();
    if (round > 1_000) {
      stage.complain("it does not come to rest");
      return;
    }
  }
}

function note(stage: Stage): string {
  const states = stage.tasks.map(({ state, attempts }) => `${state}${attempts}`);
  const yields = stage.runs.map((run) => `${run.received.join(" ")}${run.over ? " over" : ""}`);
  return [...states, ...yields].join(", ");
}

function compare(stage: Stage): void {
  for (const run of stage.runs) {
    const complaint = run.complaint();
    if (complaint) stage.complain(`a run ${complaint}`);
  }
  const { reference, tasks, runs, clock } = stage;
  if (clock.pending > 0 && runs.every((run) => run.over)) stage.complain(`${clock.pending} timers are left`);
  if (!reference) return;
  for (const [index, real] of tasks.entries()) {
    const model = reference.task(index);
    for (const key of ["state", "attempts", "result", "error"] as const) {
      if (real[key] !== model[key]) {
        reference.complain(`${real.name}: ${key} ${String(real[key])}, expected ${String(model[key])}`);
      }
    }
    const edges = new Set(model.requires.keys());
    const same =
      real.prerequisites.length === edges.size &&
      real.prerequisites.every((task) => edges.has(stage.modelOf(task) as typeof model));
    if (!same) reference.complain(`${real.name}: prerequisites ${real.prerequisites.map(String).join(" ")}`);
  }
  for (const text of overdue(reference)) reference.complain(text);
}

/** Brings every run to its end, then looks for what must not be left. */
async function finish(stage: Stage, rest: () => Promise<boolean>): Promise<void> {
  const { runs, scenario, functions, tasks } = stage;
  stage.tell((to) => to.log.push(`-- to the end: ${scenario.ending}`));
  for (const [index] of runs.entries()) {
    if (scenario.ending === "leave") await perform(stage, { do: "leave", run: index });
    if (scenario.ending === "cancel") await perform(stage, { do: "cancelRun", run: index });
  }
  const isOver = (): boolean => runs.every((run) => run.over && (run.ended || run.left)) && functions.live.length === 0;
  for (let round = 0; !isOver(); round++) {
    const pulls = [...runs.keys()].map((run) => ({ do: "pull", run }) as const);
    const admit = { do: "admit", pick: 0 } as const;
    const end = { do: "finish", pick: round, how: "value" } as const;
    for (const command of [...pulls, admit, end, { do: "wait", ms: 100 } as const]) {
      const before = stage.stirred;
      await perform(stage, command);
      if ((stage.stirred !== before || command.do === "wait") && !(await rest())) return;
    }
    if (round > 2_000) stage.complain("it does not come to an end");
  }
  for (const [index, task] of tasks.entries()) {
    if (task.state === "RUNNING" || task.state === "QUEUED") stage.complain(`${task.name} is left ${task.state}`);
    await perform(stage, { do: "cancel", task: index });
  }
  if (!(await rest())) return;
  for (const task of tasks) if (!task.isSettled()) stage.complain(`${task.name} is left ${task.state}`);
  for (const task of stage.unjoined()) stage.complain(`join() of ${task.name} has not settled`);
}
