// A failure stops only what depends on it. Repair the cause, make again with `retry: true`, and only the rest runs.

import { make, task } from "thence";

let tablesExist = false;

const runs: string[] = [];
const note = (name: string): void => void runs.push(name);

const users = task("read users", () => (note("read users"), ["ada", "grace"]));
const orders = task("read orders", () => (note("read orders"), [7, 12, 30]));
const tables = task("check tables", () => {
  note("check tables");
  if (!tablesExist) throw new Error("table 'report' does not exist");
});
const report = task("write report", {
  require: { users, orders, tables },
  run: ({ users, orders }) => (note("write report"), `${orders.length} orders of ${users.length} users`),
});

async function attempt(title: string, options: { retry?: boolean }): Promise<void> {
  runs.length = 0;
  for await (const done of make(report, options)) console.log(`${title}: ${String(done)}`);
  console.log(`  ran: ${runs.join(", ") || "nothing"}`);
}

await attempt("before", {});
console.log(`  ${String(report.error)}`);

tablesExist = true;
await attempt("repaired, without retry", {});
await attempt("repaired, with retry", { retry: true });
console.log(`  ${report.result}`);
