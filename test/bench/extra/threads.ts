// Jobs through threads() and the same functions through piscina itself: `threads.ts thence | piscina nothing | millisecond`.

import { Piscina } from "piscina";
import { threads } from "thence/threads";
import { millisecond, nothing } from "../jobs.ts";

const [contender, name = ""] = process.argv.slice(2);
const COUNT = name === "nothing" ? 20_000 : 2_000;
const CONCURRENCY = 2;

const submitted = contender === "piscina" ? piscina() : ours();
await submitted(1_000);
const start = performance.now();
await submitted(COUNT);
console.log(JSON.stringify({ total: performance.now() - start }));
process.exit();

function ours(): (count: number) => Promise<void> {
  const queue = threads(new URL("../jobs.ts", import.meta.url), { concurrency: CONCURRENCY });
  const request = (name === "nothing" ? nothing : millisecond).request(undefined);
  return async (count) => {
    const handles = [];
    for (let i = 0; i < count; i++) handles.push(await queue.submit(request));
    await Promise.all(handles.map((handle) => handle.result()));
  };
}

function piscina(): (count: number) => Promise<void> {
  const pool = new Piscina({
    filename: new URL("./piscina-worker.ts", import.meta.url).href,
    minThreads: CONCURRENCY,
    maxThreads: CONCURRENCY,
    atomics: "disabled",
    recordTiming: false,
  });
  return async (count) => {
    await Promise.all(Array.from({ length: count }, () => pool.run(undefined, { name })));
  };
}
