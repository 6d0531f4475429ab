// `thence job ID`: everything about one job, and its log as it grows.

import { Command } from "commander";
import type { JobHandle, JobInfo } from "../core/job-queue.ts";
import type { AttemptInfo } from "../queues/sqlite.ts";
import type { Host } from "./host.ts";
import { STATE_COLOURS, tookText, whatText } from "./jobs.ts";
import { jsonOption, queueOption } from "./options.ts";
import { attemptsOf, findJob, withQueue } from "./queue.ts";
import { writeFacts, writeTable, type Column } from "./table.ts";
import { durationText, printable, timeText } from "./text.ts";

interface JobOptions {
  readonly queue: string;
  readonly follow?: true;
  readonly json?: true;
}

/** The command `job`. */
export function jobCommand(host: Host): Command {
  return new Command("job")
    .description("show a job: input, result or error, attempts, log")
    .argument("<id>", "the id of the job")
    .addOption(queueOption())
    .option("-f, --follow", "show its log until it has ended; exit code 1 unless it ends done")
    .addOption(
      jsonOption(
        'one object with its history and log; with --follow a line {"line"} for each of the log, then {"job"}',
      ),
    )
    .action(async (id: string, { queue: url, follow, json }: JobOptions) => {
      await withQueue(url, async (queue) => {
        const handle = await findJob(queue, id);
        if (follow === true) {
          await followJob(host, handle, queue.supports.logs, json === true);
          return;
        }
        const info = await handle.info();
        const log = queue.supports.logs ? await handle.logs() : [];
        const history = await attemptsOf(queue, id);
        if (json === true) await host.output.json({ ...info, ...(history === undefined ? {} : { history }), log });
        else await showJob(host, info, history ?? [], log);
      });
    });
}

async function showJob(
  { output }: Host,
  info: JobInfo,
  history: readonly AttemptInfo[],
  log: readonly string[],
): Promise<void> {
  const now = Date.now();
  const at = (time: number | undefined): string | undefined =>
    time === undefined
      ? undefined
      : `${timeText(time)} (${durationText(Math.abs(now - time))} ${time > now ? "from now" : "ago"})`;
  await writeFacts(output, {
    id: info.id,
    job: info.job,
    state: info.state,
    attempts: info.attempts,
    priority: info.priority === 0 ? undefined : info.priority,
    parent: info.parent,
    worker: info.worker,
    created: at(info.createdAt),
    "not before": info.notBefore !== undefined && info.state === "queued" ? at(info.notBefore) : undefined,
    started: at(info.startedAt),
    ended: at(info.endedAt),
    took: tookText(info, now),
    progress: info.state === "running" ? whatText(info, now) : undefined,
    reason: info.reason,
    input: info.input === undefined ? undefined : JSON.stringify(info.input),
    result: info.result === undefined ? undefined : JSON.stringify(info.result),
    error: info.error && `${info.error.name}: ${info.error.message}`,
    code: info.error?.code,
  });
  // Before its calls a stack has the message again, which may have several lines.
  for (const line of info.error?.stack?.match(/^ +at .*$/gm) ?? []) await output.line(printable(`  ${line.trim()}`));
  if (history.length > 1) {
    await output.line("");
    await writeTable(output, history, ATTEMPTS);
  }
  if (log.length > 0) await output.line(output.paint("gray", "\nlog"));
  for (const line of log) await output.raw(`  ${line}`);
}

const ATTEMPTS: readonly Column<AttemptInfo>[] = [
  { title: "ATTEMPT", value: ({ attempt }) => attempt, align: "right" },
  { title: "OUTCOME", value: ({ outcome }) => outcome, colour: ({ outcome }) => STATE_COLOURS[outcome] },
  { title: "STARTED", value: ({ startedAt }) => timeText(startedAt) },
  { title: "TOOK", value: ({ startedAt, endedAt }) => endedAt && durationText(endedAt - startedAt), align: "right" },
  { title: "WORKER", value: ({ worker }) => worker },
  { title: "ERROR", value: ({ error }) => error && `${error.name}: ${error.message}` },
];

async function followJob(host: Host, handle: JobHandle, hasLogs: boolean, json: boolean): Promise<void> {
  const { output } = host;
  let shown = 0;
  let written = Promise.resolve();
  const show = (line: string): void => {
    shown++;
    written = written.then(() => (json ? output.json({ line }) : output.raw(line)));
  };
  if (hasLogs) handle.on("log", show);
  const info = await handle.join();
  if (hasLogs) {
    handle.off("log", show);
    for (const line of await handle.logs(shown)) show(line);
  }
  await written;
  if (json) await output.json({ job: info });
  else
    host.remark(
      `${info.state}${info.error ? `: ${info.error.name}: ${info.error.message}` : ""}${info.reason ? `: ${info.reason}` : ""}`,
    );
  if (info.state !== "done") host.exitWith(1);
}
