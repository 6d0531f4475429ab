// `thence jobs`: what is in a queue, the newest last, as in a log.

import { Command, Option } from "commander";
import type { JobInfo, JobState } from "../core/job-queue.ts";
import type { Host } from "./host.ts";
import { countOf, jsonOption, queueOption } from "./options.ts";
import { withQueue } from "./queue.ts";
import { writeTable, type Colour, type Column } from "./table.ts";
import { durationText } from "./text.ts";

const STATES: readonly JobState[] = ["queued", "running", "done", "failed", "cancelled"];

/** The colours of states, also those of processes. */
export const STATE_COLOURS: Readonly<Record<string, Colour>> = {
  running: "yellow",
  done: "green",
  failed: "red",
  cancelled: "gray",
  queued: "blue",
};

interface JobsOptions {
  readonly queue: string;
  readonly state?: JobState;
  readonly job?: string;
  readonly limit?: number;
  readonly json?: true;
}

/** The command `jobs`. */
export function jobsCommand(host: Host): Command {
  return new Command("jobs")
    .description("list the jobs of a queue, oldest first")
    .addOption(queueOption())
    .addOption(new Option("-s, --state <state>", "only those in this state").choices(STATES))
    .option("-j, --job <name>", "only those of this name")
    .option("-n, --limit <count>", "only the newest so many (tables: 100)", countOf)
    .addOption(jsonOption("one job a line, with input and result"))
    .action(async ({ queue: url, state, job, limit, json }: JobsOptions) => {
      const filter = { ...(state === undefined ? {} : { state }), ...(job === undefined ? {} : { job }) };
      await withQueue(url, async (queue) => {
        const jobs = queue.jobs(filter);
        if (json === true && limit === undefined) {
          for await (const info of jobs) await host.output.json(info);
          return;
        }
        const { rows, left } = await newest(jobs, limit ?? 100);
        if (json === true) for (const info of rows) await host.output.json(info);
        else await writeTable(host.output, rows, columnsAt(Date.now()));
        if (left > 0 && json !== true) host.remark(`${left} older jobs are not shown; --limit shows more`);
      });
    });
}

async function newest(jobs: AsyncIterable<JobInfo>, limit: number): Promise<{ rows: JobInfo[]; left: number }> {
  let rows: JobInfo[] = [];
  let left = 0;
  for await (const info of jobs) {
    rows.push(info);
    // Not at every row: that would move them all each time.
    if (rows.length < 2 * limit) continue;
    left += rows.length - limit;
    rows = rows.slice(-limit);
  }
  left += Math.max(0, rows.length - limit);
  return { rows: rows.slice(-limit), left };
}

function columnsAt(now: number): Column<JobInfo>[] {
  return [
    { title: "ID", value: ({ id }) => id },
    { title: "JOB", value: ({ job }) => job },
    { title: "STATE", value: ({ state }) => state, colour: ({ state }) => STATE_COLOURS[state] },
    { title: "ATTEMPTS", value: ({ attempts }) => attempts, align: "right" },
    { title: "AGE", value: ({ createdAt }) => durationText(now - createdAt), align: "right" },
    { title: "TOOK", value: (info) => tookText(info, now), align: "right" },
    { title: "WHAT", value: (info) => whatText(info, now) },
  ];
}

/** How long the last attempt took, or has taken so far. */
export function tookText({ state, startedAt, endedAt }: JobInfo, now: number): string | undefined {
  if (startedAt === undefined || state === "queued") return undefined;
  return durationText((endedAt ?? now) - startedAt);
}

/** What else is worth knowing of a job in its state. */
export function whatText(info: JobInfo, now: number): string | undefined {
  const { state, error, reason, progress, notBefore } = info;
  if (state === "failed") return error && `${error.name}: ${error.message}`;
  if (state === "cancelled") return reason;
  if (state === "queued")
    return notBefore !== undefined && notBefore > now ? `in ${durationText(notBefore - now)}` : undefined;
  if (state === "done" || progress === undefined) return undefined;
  const { value, total, message } = progress;
  return `${Math.round((100 * value) / (total || 1))} %${message === undefined ? "" : ` ${message}`}`;
}
