// A nightly import, and all that is to be known of it afterwards: `out/report.html` for people, `out/timeline.svg` for a wiki, and
// `out/trace.json` for https://ui.perfetto.dev. Nothing was recorded on the way: tasks remember what they went through.

import { mkdir, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { make, settled, task, type Task, type TaskContext } from "thence";
import { toReport, toTimeline, toTrace } from "thence/render";

const work =
  (ms: number) =>
  (_: unknown, { signal }: TaskContext): Promise<void> =>
    sleep(ms, undefined, { signal });

const download = task("download exports", {
  group: "download",
  retry: { limit: 3, delay: 80, factor: 2 },
  async run(_, context) {
    await work(90)(_, context);
    if (context.attempt < 3) throw new Error(`502 from the file server, attempt ${context.attempt}`);
  },
});
const exchangeRates = task("exchange rates", { group: "download", run: work(160) });

// The database takes two imports at a time, whatever else there is to do.
const tables: Task[] = ["customers", "orders", "invoices", "stock", "suppliers"].map((name, place) =>
  task(`import ${name}`, { group: "import", require: download, uses: { db: 1 }, run: work(140 + 40 * place) }),
);
const [customers, orders, invoices, stock] = tables as [Task, Task, Task, Task];

const indexes = task("build indexes", { require: tables, uses: { db: 2 }, run: work(220) });
const prices = task("convert prices", { require: [orders, exchangeRates], run: work(260) });
const forecast = task("forecast demand", {
  group: "analysis",
  require: [stock, prices],
  run() {
    throw new Error("cannot fit the model", { cause: new RangeError("no sales on 29 February") });
  },
});
const reorder = task("propose reorders", { group: "analysis", require: forecast, run: work(50) });
const mails = task("mail suppliers", { group: "analysis", require: reorder, run: work(50) });
const dunning = task("write reminders", { require: [customers, invoices, indexes], run: work(120) });
const vacuum = task("vacuum", { require: [indexes, settled(mails)], uses: { db: 2 }, run: work(90) });

const run = make([dunning, mails, vacuum], { concurrency: 4, resources: { db: 2 } });
for await (const done of run) console.log(String(done));

await mkdir("out", { recursive: true });
await writeFile("out/report.html", await toReport(run, { title: "Nightly import" }));
await writeFile("out/timeline.svg", toTimeline(run, { rows: "task", width: 900 }));
await writeFile("out/trace.json", toTrace(run));
console.log("wrote out/report.html, out/timeline.svg and out/trace.json");
