// The program that lib/preview.ts starts: node preview-server.ts <built package> <port>
// It imports the built package and answers each request through a graph of two tasks: the smoke in the smoke test.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as Thence from "thence";

const [built = "", port] = process.argv.slice(2);
const index = pathToFileURL(join(built, "dist", "index.js")).href;
const { task } = (await import(index)) as typeof Thence;

createServer((request, response) => {
  // URL has resolved every "..", so that the path stays inside docs.
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const page = task("read page", () => readFile(join(built, "docs", pathname)));
  const answer = page.andThen("answer", (html) => response.writeHead(200).end(html));
  answer.make().catch((error: unknown) => response.writeHead(404).end(String(error)));
}).listen(Number(port), "127.0.0.1");

// Standard input closes when the parent ends, however it ends: nobody is left to serve.
process.stdin.resume().on("end", () => process.exit());
