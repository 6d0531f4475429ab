// Queues that are faulty in what they bring back: results and errors.

import { job } from "../../../src/core/job.ts";
import { fromJSON } from "../../../src/core/json.ts";
import {
  ending,
  failing,
  fault,
  type Fault,
  handing,
  MemoryEngine,
  MemoryHandle,
  type Row,
  telling,
  without,
} from "./fault.ts";

const SHAPES = "results of every JSON shape arrive as they are";
const NOT_JSON = "a result that is no JSON value fails its job with a SerializationError";
const NO_ERROR = "whatever a job throws fails it, be it no error at all";
const KEEPS = "an error keeps the name of its class, its message, code, data and stack";
const INFO = "the info of a failed job tells its error and no result";
const SHARED = new WeakMap<Row, unknown>();

export const results: readonly Fault[] = [
  fault("it takes what is falsy for nothing", SHAPES, {
    Engine: telling(({ result, ...info }) => ({ ...info, ...(result ? { result } : {}) })),
  }),
  fault("it copies objects by assignment", SHAPES, {
    Engine: telling((info) => ({ ...info, result: assigned(info.result) })),
  }),
  fault("it keeps only letters that it knows", SHAPES, {
    Engine: ending((outcome) =>
      outcome.state === "done" ? { ...outcome, result: outcome.result?.replaceAll("\\u0000", "") } : outcome,
    ),
  }),
  fault(
    "it turns undefined into null",
    "a job that returns nothing has the result undefined, and one that returns null has null",
    {
      Engine: ending((outcome) =>
        outcome.state === "done" ? { ...outcome, result: outcome.result ?? "null" } : outcome,
      ),
    },
  ),
  fault("it cuts large results", "a result of 5 MB arrives whole", {
    Engine: ending((outcome) =>
      outcome.state === "done" && (outcome.result?.length ?? 0) > 2 ** 20
        ? { ...outcome, result: `${outcome.result!.slice(0, 2 ** 20)}"` }
        : outcome,
    ),
  }),
  fault("it drops results that are no JSON", NOT_JSON, {
    Engine: ending((outcome) =>
      outcome.state === "failed" && outcome.error.name === "SerializationError"
        ? { state: "done", result: undefined }
        : outcome,
    ),
  }),
  fault("it hangs on results that are no JSON", NOT_JSON, {
    Engine: class extends MemoryEngine {
      override finish(...[row, claim, outcome]: Parameters<MemoryEngine["finish"]>): void {
        if (outcome.state === "failed" && outcome.error.name === "SerializationError") return;
        super.finish(row, claim, outcome);
      }
    },
  }),
  fault("it gives everybody the same object", "what a caller does to a result changes it for nobody else", {
    Queue: handing(
      class extends MemoryHandle {
        override async result(): Promise<unknown> {
          await this.join();
          if (!SHARED.has(this.row)) SHARED.set(this.row, fromJSON(this.row.result));
          return SHARED.get(this.row);
        }
      },
    ),
  }),
  fault(
    "its workers do without schemas",
    [
      "the function of a job gets what its schema makes of the input",
      "an input that the job's schema refuses fails it with a SchemaError",
      "a result that the job's schema refuses fails it with a SchemaError",
    ],
    {
      Engine: class extends MemoryEngine {
        constructor(...[jobs, supports]: ConstructorParameters<typeof MemoryEngine>) {
          super(new Map([...jobs, ["checked", job("checked", (input: unknown) => input)]]), supports);
        }
      },
    },
  ),
  fault("it calls every error Error", KEEPS, { Engine: failing((error) => ({ ...error, name: "Error" })) }),
  fault("it loses codes", KEEPS, { Engine: failing((error) => without(error, "code")) }),
  fault("it keeps codes only that are texts", "an error keeps a code that is a number", {
    Engine: failing((error) => (typeof error.code === "number" ? without(error, "code") : error)),
  }),
  fault("it cuts messages", NO_ERROR, {
    Engine: failing((error) => ({ ...error, message: error.message.slice(0, 60) })),
  }),
  fault("it forgets what was thrown instead of an error", NO_ERROR, {
    Engine: failing((error) => (error.stack === undefined ? without(error, "data") : error)),
  }),
  fault("it loses data", KEEPS, { Engine: failing((error) => without(error, "data")) }),
  fault("it loses stacks", KEEPS, { Engine: failing((error) => without(error, "stack")) }),
  fault("it tells its own stack", KEEPS, {
    Engine: failing((error) => ({ ...error, stack: new Error("mine").stack })),
  }),
  fault("it loses messages beyond ASCII", KEEPS, {
    Engine: failing((error) => ({ ...error, message: error.message.replaceAll(/[^ -~]/gu, "?") })),
  }),
  fault("it loses causes", "an error keeps its causes", { Engine: failing((error) => without(error, "cause")) }),
  fault("it keeps one cause", "an error keeps its causes", {
    Engine: failing((error) => ({ ...error, ...(error.cause && { cause: { ...error.cause, cause: undefined } }) })),
  }),
  fault("it expects errors to be errors", NO_ERROR, {
    Engine: failing((error) => (error.stack === undefined ? { name: "Error", message: "unknown error" } : error)),
  }),
  fault(
    "it believes what errors are called",
    "an error that looks like one of the machinery's is still the job's own",
    {
      Engine: failing((error) => (error.name === "JobLostError" ? { ...error, machinery: true } : error)),
    },
  ),
  fault("it invents data", "an error whose data is no JSON value arrives without them", {
    Engine: failing((error) => ({ ...error, data: error.data ?? null })),
  }),
  fault("it hides errors from the info", INFO, { Engine: telling((info) => without(info, "error")) }),
  fault("it takes failed jobs for done", INFO, {
    Engine: telling((info) => ({ ...info, state: info.state === "failed" ? "done" : info.state })),
  }),
  fault("it stops after a failure", "a failed job leaves the others alone", {
    Engine: class extends MemoryEngine {
      override next(): Row | undefined {
        return this.list({ state: "failed" }).length > 0 ? undefined : super.next();
      }
    },
  }),
];

function assigned(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.assign({}, value);
}
