// Waits for a job, or merely listens: `sqlite-wait.ts FILE ID join | listen`. The queue is left open: nothing but waiting keeps the process.

import { sqlite } from "thence/sqlite";

const [file, id, how] = process.argv.slice(2) as [string, string, string];
const handle = await sqlite(file).find(id);
if (how === "listen") {
  handle!.on("end", () => console.log("ended")).on("log", () => console.log("log"));
  setTimeout(() => console.log("listening"), 50);
} else {
  console.log("joining");
  console.log((await handle!.join()).state);
}
