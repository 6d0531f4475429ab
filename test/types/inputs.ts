// What a function gets for what its task requires, and which task comes of it.

import { job, settled, Task, task } from "thence";
import type { GroupOptions, Outcome, State, TaskContext, TaskOptions } from "thence";
import { is, same } from "./same.ts";

interface File {
  path: string;
}

const sources = task("sources", () => ["a.ts"]);
const count = task("count", async () => 5);
const file = task("file", (): Promise<File> => Promise.resolve({ path: "a" }));
const maybe = task("maybe", (): number | undefined => undefined);
const nothing = task("nothing", () => {});

// A task has the type of its result, whether it comes at once or in a promise.
is<Task<string[]>>()(sources);
is<Task<number>>()(count);
is<Task<File>>()(file);
is<Task<number | undefined>>()(maybe);
is<Task<void>>()(nothing);
is<string[] | undefined>()(sources.result);
is<unknown>()(sources.error);
is<State>()(sources.state);

// Nothing required: undefined.
task("a", (inputs) => is<undefined>()(inputs));
task("a", { run: (inputs) => is<undefined>()(inputs) });
task("a", (_, context) => is<TaskContext>()(context));

// One task: its result.
task("a", { require: sources, run: (inputs) => is<string[]>()(inputs) });
task("a", { require: nothing, run: (inputs) => is<void>()(inputs) });

// An array: a tuple.
task("a", { require: [sources, count], run: (inputs) => is<[string[], number]>()(inputs) });
task("a", { require: [sources, count, file], run: ([s, c, f]) => (is<string[]>()(s), is<number>()(c), is<File>()(f)) });
task("a", { require: [], run: (inputs) => is<[]>()(inputs) });

// An array whose length nobody knows: an array.
const many: Task<number>[] = [count, count];
task("a", { require: many, run: (inputs) => is<number[]>()(inputs) });
const fixed: readonly Task<number>[] = many;
task("a", { require: fixed, run: (inputs) => is<number[]>()(inputs) });

// A record: a record.
task("a", { require: { sources, n: count }, run: (inputs) => is<{ sources: string[]; n: number }>()(inputs) });
task("a", { require: { sources, n: count }, run: ({ sources, n }) => (is<string[]>()(sources), is<number>()(n)) });
const byName: Record<string, Task<number>> = { count };
task("a", { require: byName, run: (inputs) => is<{ [x: string]: number }>()(inputs) });

// settled(task): its outcome, in each of those shapes.
task("a", { require: settled(count), run: (outcome) => is<Outcome<number>>()(outcome) });
task("a", { require: [settled(count), sources], run: (inputs) => is<[Outcome<number>, string[]]>()(inputs) });
task("a", {
  require: { end: settled(file), n: count },
  run: (inputs) => is<{ end: Outcome<File>; n: number }>()(inputs),
});
same<Outcome<number>["result"], number | undefined>();
same<Outcome<number>["state"], State>();
same<Outcome<number>["error"], unknown>();

// The result follows from the function, whatever it requires; without a function it is undefined.
is<Task<string>>()(task("a", { require: { sources }, run: ({ sources }) => sources.join() }));
is<Task<boolean>>()(task("a", { require: [count], run: async ([n]) => n > 1 }));
is<Task<undefined>>()(task("a", { require: [count, sources] }));
is<Task<undefined>>()(task("a", {}));

// What is required only sometimes may be missing among the inputs.
const isLong = Boolean(count.result);
task("a", { require: isLong ? sources : undefined, run: (inputs) => is<string[] | undefined>()(inputs) });
is<Task<number | undefined>>()(task("a", { ...(isLong && { run: () => 5 }) }));

// Options that are handed on keep their types, and may turn out to be those of a group.
const handOn = (options: TaskOptions<Task<string>, number>) => is<Task<number | undefined>>()(task("a", options));
const addRun = (options: GroupOptions<Task<string>>) => is<Task<number>>()(task("a", { ...options, run: () => 5 }));

// The predicate about the result knows it if it comes after the function, or if the function takes nothing.
task("a", { require: count, run: (n) => String(n), cancelOnResult: (text) => (is<string>()(text), true) });
task("a", { cancelOnResult: (n) => (is<number>()(n), true), run: () => 5 });
task("a", { cancelOnResult: (n) => (is<unknown>()(n), true), run: (_, { attempt }) => attempt });

// A function alone.
function compile(): Promise<number> {
  return Promise.resolve(1);
}
is<Task<number>>()(task(compile));

// new Task is the same.
const made = new Task("a", { require: { n: count }, run: ({ n }) => (is<number>()(n), String(n)) });
is<Promise<string>>()(made.make());
is<Promise<number>>()(new Task("a", () => 1).make());
is<Promise<number>>()(new Task(compile).make());
is<Promise<unknown>>()(new Task("a", { require: count }).make());
is<Promise<undefined>>()(new Task<undefined>("a", { require: count }).make());
is<Promise<void>>()(new Task<void>("a", {}).make());

// andThen: the result of the one before.
const chain = count
  .andThen("text", (n) => (is<number>()(n), String(n)))
  .andThen("length", async (text, { attempt }) => (is<string>()(text), is<number>()(attempt), text.length))
  .andThen("wrapped", { retry: 1, run: (length) => (is<number>()(length), { length }) });
is<Task<{ length: number }>>()(chain);
is<Task<undefined>>()(chain.andThen("group", { group: "g" }));
is<Task<string[]>>()(chain.andThen(sources));
is<Task<boolean>>()(count.andThen("job", { job: job("even", (n: number) => n % 2 === 0), input: (n) => n + 1 }));

// Chaining keeps the type.
is<Task<number>>()(count.require(sources, [file], new Set([nothing])).block(task("b", {})));
is<Task<number>>()(count.on("DONE", () => {}).once("log", () => {}));
is<Task<number>>()(count.retry().reset().prepared());

// Tasks of whatever result go where any task will do.
const anyTask: Task<unknown> = count;
is<unknown>()(anyTask.result);
const list: Task<unknown>[] = [sources, count, file, maybe, nothing, made, chain];
task("all", { require: list, run: (inputs) => is<unknown[]>()(inputs) });

// Jobs are typed on both sides: the input by the job, what it is made of by what the task requires.
const resize = job("resize", async (input: { src: string; width: number }) => input.width > 0);
is<Task<boolean>>()(resize.task("a", { require: file, input: ({ path }) => ({ src: path, width: 320 }) }));
is<Task<boolean>>()(resize.task("a", { input: { src: "a.png", width: 320 } }));
is<Task<boolean>>()(task("a", { job: resize, input: { src: "a.png", width: 320 } }));
is<Task<boolean>>()(new Task("a", { job: resize, input: { src: "a.png", width: 320 } }));
is<Task<boolean>>()(
  task("a", { require: file, job: resize, input: (inputs) => (is<File>()(inputs), { src: inputs.path, width: 320 }) }),
);
const whatever = job("whatever", (input: unknown) => typeof input);
task("a", { require: count, job: whatever, input: (inputs) => is<number>()(inputs) });
resize.task("a", {
  require: { file, count },
  input: (inputs) => (is<{ file: File; count: number }>()(inputs), { src: "a", width: inputs.count }),
});

export const unused = [handOn, addRun];
