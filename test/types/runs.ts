// What runs yield, what makes return, and what awaiting a task gives.

import { make, makeLater, makeNow, settled, task, TaskQueue } from "thence";
import type {
  Makeable,
  MakeOptions,
  Outcome,
  Run,
  RunOf,
  SettledEdge,
  Summary,
  Task,
  TasksOf,
  Transition,
} from "thence";
import { is, same } from "./same.ts";

const text = task("text", () => "a");
const count = task("count", async () => 5);

// A task is not a thenable: awaiting it gives the task, not the result.
same<Awaited<Task<number>>, Task<number>>();
is<Task<number>>()(await count);
is<Promise<Task<number>>>()((async () => count)());

// A run is not a thenable either.
same<Awaited<Run<Task<number>>>, Run<Task<number>>>();
is<Promise<Summary>>()(make(count).finished);

// make yields the tasks that were asked for, as tasks.
for await (const done of make(count)) is<Task<number>>()(done);
for await (const done of make([count, count])) is<Task<number>>()(done);
for await (const done of make([text, count])) is<Task<string> | Task<number>>()(done);
for await (const done of make(new Set([count]))) is<Task<number>>()(done);
for await (const done of makeLater([text, count])) is<Task<string> | Task<number>>()(done);
for await (const done of make(count, { concurrency: 2, failFast: "abort" })) is<Task<number>>()(done);

// With every nobody knows which tasks come.
for await (const done of make(count, { every: true })) is<Task<unknown>>()(done);
const flags: { every: boolean; maybe?: true } = { every: Boolean(count.result) };
for await (const done of make(count, { every: flags.every })) is<Task<unknown>>()(done);
for await (const done of makeLater(count, { every: flags.maybe ?? false })) is<Task<unknown>>()(done);
is<Task<unknown>[]>()(await makeNow(count, { every: flags.every, concurrency: 2 }));
const handedOn: MakeOptions = {};
is<Task<unknown>[]>()(await makeNow(count, handedOn));
is<Task<number>[]>()(await makeNow(count, { every: false, concurrency: 2 }));
is<Task<number>[]>()(await makeNow(count, {}));

// A function of one's own around them can say what it takes and gives.
const makeTwice = <T extends Makeable>(tasks: T): [RunOf<T>, RunOf<T, boolean>] => [make(tasks), make(tasks, flags)];
is<[Run<Task<number>>, Run]>()(makeTwice(count));
is<TasksOf<Task<string>[]>>()(text);
is<SettledEdge<number>>()(settled(count));

// makeNow gives the completed tasks; make() of a task and dispatch() its result; join() the task.
is<Task<number>[]>()(await makeNow(count));
is<(Task<string> | Task<number>)[]>()(await makeNow([text, count]));
is<number>()(await count.make());
is<number>()(await count.make({ concurrency: 1 }));
is<number>()(await count.dispatch());
is<Task<number>>()(await count.join());
is<boolean>()(count.cancel("reason"));
is<Task<number>>()(count.done(1));
is<Task<number>>()(count.fail("anything"));
is<Task<unknown>[]>()(count.blockers());

// context.make gives the results in the shape given.
task("parent", async (_, { make, lastError, task, signal }) => {
  is<number>()(await make(count));
  is<[string, number]>()(await make([text, count]));
  is<{ text: string; n: number }>()(await make({ text, n: count }));
  is<Outcome<string>>()(await make(settled(text)));
  is<unknown>()(lastError);
  is<Task<unknown>>()(task);
  is<AbortSignal>()(signal);
});

// Listeners and predicates get what belongs to them.
count.on("transition", (transition) => is<Transition>()(transition)).on("FAILED", (record) => is<Transition>()(record));
count
  .on("log", (line) => is<string>()(line))
  .on("progress", ({ value, total }) => (is<number>()(value), is<number>()(total)));
count.on("listenerError", ({ error, transition }) => (is<unknown>()(error), is<Transition | undefined>()(transition)));
task("a", { track: (transition) => is<Transition>()(transition) });
task("a", { retry: { limit: 1, when: (error, attempt) => (is<unknown>()(error), is<number>()(attempt), true) } });
task("a", { cancelOnError: (error) => (is<unknown>()(error), true) });
task("a", { run: () => 1, cancelOnResult: (n) => n > 1 });

// A TaskQueue takes tasks of any kind.
const queue = new TaskQueue([text, count], { concurrency: 1 });
is<Task<unknown> | undefined>()(queue.get());

// A run of some type is a run: whatever observes runs takes any.
const observe = (run: Run): number => run.tasks.length;
observe(make(task("a", () => 1)));
