// What must not compile. Each line that the compiler lets pass makes `@ts-expect-error` an error of its own.
/* oxlint-disable typescript/no-unsafe-call, typescript/no-unsafe-return -- what does not compile has no type */

import { job, make, makeNow, settled, Task, task } from "thence";

const text = task("text", () => "a");
const count = task("count", async () => 5);

// A wrong input key.
// @ts-expect-error the record has no counts
task("a", { require: { text, count }, run: ({ text, counts }) => [text, counts] });
// @ts-expect-error the tuple ends before a third
task("a", { require: [text, count], run: ([, , third]) => third });
// @ts-expect-error nothing is required, so there is nothing to take apart
task("a", { run: ({ text }) => text });
// @ts-expect-error nor in a function that is given alone
task("a", ({ text }) => text);

// A wrong input type.
// @ts-expect-error text is a string
task("a", { require: text, run: (n: number) => n });
// @ts-expect-error count is a number
task("a", { require: { count }, run: ({ count }) => count.length });
// @ts-expect-error an outcome is not the result
task("a", { require: settled(count), run: (outcome) => outcome + 1 });
// @ts-expect-error the result of an outcome may be missing
task("a", { require: settled(count), run: ({ result }) => result + 1 });
// @ts-expect-error the text comes first
task("a", { require: [text, count], run: ([n, s]: [number, string]) => [n, s] });
// @ts-expect-error count gives a number
count.andThen("a", (s: string) => s);
// @ts-expect-error count gives a number
count.andThen("a", { run: (n) => n.length });

// A wrong result type.
// @ts-expect-error count gives a number
const wrong: Task<string> = count;
// @ts-expect-error the function returns a number
const wrongRun: Task<string> = task("a", () => 1);
// @ts-expect-error a group has no result
const wrongGroup: Task<string> = task("a", { require: count });
// @ts-expect-error a group has no result
const wrongNew: Task<string> = new Task("a", { require: count });
// @ts-expect-error a group has no result
const wrongNext: Task<string> = count.andThen("a", {});
// @ts-expect-error count gives a number
const wrongResult: string = await count.make();
// @ts-expect-error result is undefined until DONE
const maybe: number = count.result;
// @ts-expect-error done takes the result of this task
count.done("text");
// @ts-expect-error cancelOnResult gets the result, a number
task("a", { run: () => 1, cancelOnResult: (n: string) => n === "" });

// Awaiting a task to get its result.
// @ts-expect-error await gives the task itself
const awaited: number = await count;
// @ts-expect-error there is no method then
void count.then((n: number) => n);
// @ts-expect-error a task is no promise
const promise: PromiseLike<number> = count;
for await (const done of make(count)) {
  // @ts-expect-error make yields tasks, not results
  done.toFixed();
}
// @ts-expect-error makeNow gives tasks, not results
const results: number[] = await makeNow(count);

// Wrong options.
// @ts-expect-error the option is called timeout
task("a", { tiemout: 5, run: () => 1 });
// @ts-expect-error durations are numbers
task("a", { timeout: "5s" });
// @ts-expect-error a deadline is a number
task("a", { deadline: new Date() });
// @ts-expect-error retry is a number or options
task("a", { retry: true });
// @ts-expect-error limit is required
task("a", { retry: { delay: 5 } });
// @ts-expect-error the option is called delay
task("a", { retry: { limit: 1, wait: 5 } });
// @ts-expect-error a task begins PENDING or PREPARE
task("a", { state: "DONE" });
// @ts-expect-error amounts are numbers
task("a", { uses: { db: "1" } });
// @ts-expect-error cancelOnResult is a predicate
task("a", { cancelOnResult: true });
// @ts-expect-error a predicate answers at once
task("a", { retry: { limit: 1, when: async () => true } });
// @ts-expect-error cancelOnError is a predicate or true
task("a", { cancelOnError: false });
// @ts-expect-error require takes tasks, not names
task("a", { require: "text" });
// @ts-expect-error require takes tasks, not names
task("a", { require: [text, "count"] });
// @ts-expect-error a set has no order of inputs
task("a", { require: new Set([text]) });
// @ts-expect-error andThen knows what is required
count.andThen("a", { require: text, run: () => 1 });
// @ts-expect-error andThen knows what is required, for a group too
count.andThen("a", { require: text });
// @ts-expect-error the option is called timeout
count.andThen("a", { tiemout: 5, run: () => 1 });
// @ts-expect-error the option is called timeout
count.andThen("a", { tiemout: 5 });
// @ts-expect-error the option is called timeout
void new Task("a", { tiemout: 5, run: () => 1 });
// @ts-expect-error the option is called timeout
void new Task("a", { tiemout: 5 });
// @ts-expect-error a task needs work, or at least {}
task("a");
// @ts-expect-error the option is called concurrency
make(count, { concurency: 2 });
// @ts-expect-error the option is called grace
make(count, { concurrency: 2, gracetime: 2 });
// @ts-expect-error failFast is true, false or "abort"
make(count, { failFast: "now" });

// Wrong inputs of jobs.
const resize = job("resize", (input: { src: string; width: number }) => input.width);
// @ts-expect-error the job needs an input
resize.task("a", {});
// @ts-expect-error width is missing
resize.task("a", { input: { src: "a.png" } });
// @ts-expect-error width is a number
resize.task("a", { require: text, input: (src) => ({ src, width: src }) });
// @ts-expect-error a job has its function already
resize.task("a", { input: { src: "a.png", width: 1 }, run: () => 1 });

// @ts-expect-error src is missing
task("a", { job: resize, input: { width: 5 } });
// @ts-expect-error src is a string
task("a", { require: count, job: resize, input: (n) => ({ src: n, width: n }) });

// Either a function or a job.
// @ts-expect-error not both
task("a", { run: () => 1, job: resize });
// @ts-expect-error not both
void new Task("a", { run: () => 1, job: resize });
// @ts-expect-error not both
count.andThen("a", { run: () => 1, job: resize });
// @ts-expect-error an input is for a job
task("a", { input: 5 });
// @ts-expect-error an input is for a job
task("a", { run: () => 1, input: 5 });
// @ts-expect-error an input is for a job
void new Task("a", { input: 5 });
// @ts-expect-error an input is for a job
count.andThen("a", { run: () => 1, input: 5 });

// Wrong calls.
// @ts-expect-error there is no such state
count.is("RUNING");
// @ts-expect-error there is no such event
count.can("start");
// @ts-expect-error there is no such event to listen to
count.on("finished", () => {});
// @ts-expect-error the state is not for users to set
count.state = "DONE";
// @ts-expect-error edges are added by require
count.prerequisites.push(text);
// @ts-expect-error a block takes tasks, and a soft edge is a requirement
count.block(settled(text));
// @ts-expect-error require takes tasks
count.require("text");
// @ts-expect-error settled takes a task
settled("text");

export const unused = [
  wrong,
  wrongRun,
  wrongGroup,
  wrongNew,
  wrongNext,
  wrongResult,
  maybe,
  awaited,
  promise,
  results,
  Task,
];
