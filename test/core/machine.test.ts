// The machine: one definition, the table that is compiled from it, and tasks that follow it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENTS, STATES, task, taskMachine, TransitionError } from "thence";
import type { EventName, State } from "thence";
import { transition } from "xstate";
import { nextState } from "../../src/core/machine.ts";
import { flush } from "../helpers/flush.ts";
import { MACHINE } from "../helpers/machine.ts";
import { facts, remoteIn, statesBut } from "./task-in-state.ts";

const EVERY_PAIR = STATES.flatMap((state) => EVENTS.map((event) => ({ state, event })));

/** What xstate itself makes of an event; the machine has no transition from a state to itself. */
function askXstate(state: State, event: EventName): State | undefined {
  const before = taskMachine.resolveState({ value: state });
  const [after] = transition(taskMachine, before, { type: event });
  assert.equal(before.can({ type: event }), after.value !== state);
  return after.value === state ? undefined : (after.value as State);
}

test("there are seven states and nine events", () => {
  assert.deepEqual([...STATES].toSorted(), Object.keys(MACHINE).toSorted());
  const events = new Set(Object.values(MACHINE).flatMap((row) => Object.keys(row)));
  assert.deepEqual([...EVENTS].toSorted(), [...events].toSorted());
});

test("xstate's transition() on the machine answers as the contract's table does, for every state and event", () => {
  for (const { state, event } of EVERY_PAIR) {
    assert.equal(askXstate(state, event), MACHINE[state][event], `${event} in ${state}`);
  }
});

test("the table that tasks are stepped through is what xstate's transition() answers, for every state and event", () => {
  for (const { state, event } of EVERY_PAIR) {
    assert.equal(nextState(state, event), askXstate(state, event), `${event} in ${state}`);
  }
});

test("the machine has the seven states and starts PENDING", () => {
  assert.deepEqual(Object.keys(taskMachine.states).toSorted(), [...STATES].toSorted());
  assert.equal(taskMachine.getInitialSnapshot(undefined as never).value, "PENDING");
});

test("can(event) tells what the machine allows, and is(state) which state it is, in every state", async () => {
  for (const state of STATES) {
    const { task } = await remoteIn(state);
    for (const event of EVENTS) assert.equal(task.can(event), MACHINE[state][event] !== undefined, `${event} ${state}`);
    for (const other of STATES) assert.equal(task.is(other), other === state);
  }
});

test("can() of something that is no event is false", () => {
  const a = task("a", () => 1);
  for (const event of ["", "Dispatch", "start", "constructor", "toString", "__proto__", "hasOwnProperty"]) {
    assert.equal(a.can(event as never), false, event);
  }
});

test("isSettled() is true of DONE, FAILED and CANCELLED and of no other state", async () => {
  for (const state of STATES) {
    const { task } = await remoteIn(state);
    assert.equal(task.isSettled(), ["DONE", "FAILED", "CANCELLED"].includes(state), state);
  }
});

test("a task begins PENDING, and PREPARE where that was asked for", () => {
  assert.equal(task("a", () => 1).state, "PENDING");
  assert.equal(task("a", { state: "PENDING" }).state, "PENDING");
  assert.equal(task("a", { state: "PREPARE" }).state, "PREPARE");
});

const METHODS: {
  method: "prepared" | "retry" | "reset" | "done" | "fail" | "dispatch";
  event: EventName;
  in: State[];
}[] = [
  { method: "prepared", event: "prepared", in: ["PREPARE"] },
  { method: "retry", event: "retry", in: ["FAILED", "CANCELLED"] },
  { method: "reset", event: "reset", in: ["DONE"] },
  { method: "done", event: "done", in: ["RUNNING"] },
  { method: "fail", event: "error", in: ["QUEUED", "RUNNING"] },
  { method: "dispatch", event: "dispatch", in: ["PENDING", "QUEUED"] },
];

for (const { method, event, in: allowed } of METHODS) {
  test(`${method}() is allowed in ${allowed.join(" and ")} only; elsewhere it throws TransitionError and changes nothing`, async () => {
    for (const state of statesBut(...allowed)) {
      const controlled = await remoteIn(state);
      const { task, starts } = controlled;
      const before = facts(task);
      const heard: unknown[] = [];
      task.on("transition", (record) => heard.push(record));
      assert.throws(
        () => task[method](undefined),
        (error: unknown) => {
          assert.ok(error instanceof TransitionError, `${state}: ${String(error)}`);
          assert.equal(error.message, `invalid event '${event}' for state '${state}'`);
          assert.deepEqual([error.task, error.state, error.event], [task, state, event]);
          assert.equal(error.name, "TransitionError");
          assert.equal(error.code, "ERR_THENCE_TRANSITION");
          return true;
        },
      );
      await flush();
      assert.deepEqual(facts(task), before, state);
      assert.deepEqual([heard, controlled.starts], [[], starts]);
    }
    for (const state of allowed) {
      const { task } = await remoteIn(state);
      assert.doesNotThrow(() => task[method](undefined));
      assert.notEqual(task.state, state);
    }
  });
}
