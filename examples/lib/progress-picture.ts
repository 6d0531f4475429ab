// A picture of the progress display in the middle of a run. The run lives on a virtual clock, so the picture is always the same.

import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { make } from "thence";
import { progress } from "thence/report";
import { virtualClock } from "thence/testing";
import { photoTasks } from "./photos.ts";
import { terminalPicture } from "./terminal-picture.ts";

const COLUMNS = 88;
/** How far the run has come by then, in milliseconds. */
const MOMENT = 2_350;

/** The progress of the photo tasks as SVG: a retry and a failure behind it, the upload under way. */
export async function progressPicture(moment: number = MOMENT): Promise<string> {
  const clock = virtualClock();
  const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: COLUMNS, rows: 24 });
  let output = "";
  terminal.setEncoding("utf8").on("data", (text: string) => (output += text));

  const tasks = photoTasks((ms) => new Promise<void>((resolve) => clock.setTimeout(resolve, ms)));
  const run = make(tasks, { concurrency: 3, clock });
  const options = { mode: "live", color: true, captureConsole: true, clock } as const;
  const display = progress(run, { ...options, stream: terminal as unknown as NodeJS.WriteStream });
  void run.next();
  await clock.advance(moment);
  // What has just been written is gathered for some real milliseconds before it is shown.
  await sleep(50);
  const seen = output;

  display.stop();
  const left = run.return();
  await clock.advance(60_000);
  await left;
  return terminalPicture(seen, { columns: COLUMNS, title: "The progress of a run in a terminal" });
}
