// The types of jobs: what they take and give, with schemas and without, and which inputs may be left out.

import { job, task, type Job, type Schema, type Task } from "thence";
import { is } from "./same.ts";

declare const toDate: Schema<string, Date>;
declare const toText: Schema<Date, string>;

const text = task("text", () => "a");
const count = task("count", () => 5);

// Without a schema a job takes what its function takes, and gives what that returns.
const plain = job("plain", { run: (input: { n: number }) => String(input.n) });
is<Job<{ n: number }, string>>()(plain);
is<Job<string, number>>()(job("later", { run: async (input: string, { log }) => (log(input), input.length) }));
is<Job<unknown, number>>()(job("nothing", { run: () => 1 }));

// A schema for the input: callers give what it takes, the function gets what it makes of that.
is<Job<string, number>>()(job("in", { input: toDate, run: (at) => (is<Date>()(at), at.getTime()) }));
is<Job<string, number>>()(job("in", { run: (at: Date) => at.getTime(), input: toDate }));

// A schema for the result: the function returns what it takes, callers get what it makes of that.
is<Job<number, string>>()(job("out", { output: toText, run: (ms: number) => new Date(ms) }));
is<Job<number, string>>()(job("out", { output: toText, run: async (ms: number, { log }) => (log(""), new Date(ms)) }));

// Both.
is<Job<string, string>>()(job("both", { input: toDate, output: toText, run: (at) => (is<Date>()(at), at) }));
is<Job<string, string>>()(
  job("both", {
    input: toDate,
    output: toText,
    retry: { limit: 1, when: () => true },
    run: async (at, { log }) => (log(""), at),
  }),
);

// @ts-expect-error the function gets a date
job("in", { input: toDate, run: (at: number) => at });
// @ts-expect-error the function has to return a date
job("out", { output: toText, run: (ms: number) => ms });
// @ts-expect-error the option is called run
job("a", { ruin: () => 1 });
// @ts-expect-error callers give text, not the date that is made of it
job("in", { input: toDate, run: (at) => at.getTime() }).request(new Date());

// An input may be left out where the job takes none,
const ping = job("ping", () => "pong");
const greet = job("greet", (name?: string) => `hello ${name}`);
const note = job("note", (_: void, { log }) => log("noted"));
is<Task<string>>()(ping.task("a"));
is<Task<string>>()(ping.task("a", {}));
is<Task<string>>()(ping.task("a", { require: text }));
is<Task<string>>()(greet.task("a"));
is<Task<void>>()(note.task("a", { retry: 1 }));
ping.request();
greet.request();
greet.request("you");
greet.request(undefined, { delay: 5 });
note.request();
// or what it takes is what the task requires.
is<Task<string>>()(greet.task("a", { require: text }));
is<Task<string>>()(greet.task("a", { require: text, input: undefined }));
is<Task<string>>()(greet.task("a", { require: text, input: (name) => (is<string>()(name), undefined) }));

const shout = job("shout", (name: string, { submit }) => submit(ping).then((id) => `${name} ${id}`));
is<Task<string>>()(shout.task("a", { require: text }));
is<Task<string>>()(shout.task("a", { input: "b", cancelOnResult: (loud) => (is<string>()(loud), true) }));

// @ts-expect-error the job needs a name
shout.task("a");
// @ts-expect-error the job needs a name
shout.task("a", {});
// @ts-expect-error the job needs a name
shout.request();
// @ts-expect-error the name is no number
shout.task("a", { require: count });
// @ts-expect-error the name is no number
greet.task("a", { require: count });
// @ts-expect-error null is not undefined
job("null", (nothing: null) => nothing).task("a");
// @ts-expect-error the option is called input
shout.task("a", { inptu: "b" });
// @ts-expect-error the option is called timeout
ping.task("a", { tiemout: 5 });
// @ts-expect-error the job that is submitted needs a name
job("a", (_: void, { submit }) => submit(shout));
// @ts-expect-error the name is no number
job("a", (_: void, { submit }) => submit(shout, 5));
