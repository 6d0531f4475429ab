// A web server in a process of its own, which shows a built package's documentation by means of that package.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";

/** Nobody listens at that address yet. */
export class ConnectionRefused extends Error {
  override name = "ConnectionRefused";
}

/** The server, started when it is first missed. Whoever reserved it disposes of it, which ends the process. */
export class PreviewServer implements AsyncDisposable {
  readonly #port: number;
  #process: ChildProcess | undefined;
  #complaint = "";

  private constructor(port: number) {
    this.#port = port;
  }

  /** A server that does not run yet, with a port that nobody uses. */
  static async reserve(): Promise<PreviewServer> {
    const probe = createServer().listen(0, "127.0.0.1");
    await once(probe, "listening");
    const address = probe.address();
    await new Promise((closed) => probe.close(closed));
    if (typeof address !== "object" || !address) throw new Error("the system gave no port");
    return new PreviewServer(address.port);
  }

  /** Throws unless the server sends the page exactly as it is on disk. A refused connection starts the server. */
  async compare(built: string, page: string, signal: AbortSignal): Promise<void> {
    const url = `http://127.0.0.1:${this.#port}/${posix.relative("docs", page)}`;
    const response = await fetch(url, { signal }).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      if (hasEnded(this.#process)) throw new Error(this.#complaint.trim(), { cause: error });
      this.#process ??= this.#start(built);
      throw new ConnectionRefused(`connection refused at 127.0.0.1:${this.#port}`, { cause: error });
    });
    const [sent, stored] = [await response.text(), await readFile(join(built, page), "utf8")];
    if (sent !== stored) throw new Error(`${url}: ${response.status}, not the content of ${page}`);
  }

  #start(built: string): ChildProcess {
    const program = fileURLToPath(import.meta.resolve("./preview-server.ts"));
    const child = spawn(process.execPath, [program, built, String(this.#port)], { stdio: ["pipe", "ignore", "pipe"] });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (this.#complaint += text));
    return child;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#process;
    if (!child || hasEnded(child)) return;
    child.kill();
    await once(child, "close");
  }
}

function hasEnded(child: ChildProcess | undefined): boolean {
  return child !== undefined && (child.exitCode !== null || child.signalCode !== null);
}

function isRefusal(error: unknown): boolean {
  return error instanceof TypeError && (error.cause as { code?: string } | undefined)?.code === "ECONNREFUSED";
}
