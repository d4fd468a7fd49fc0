import type { ServerUser } from "./find.ts";
import { spawn, type ChildProcess } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const READY_WITHIN = 15_000;
const STOP_WITHIN = 10_000;
const LOG_CHARS = 20_000;

/**
 * A port that nobody listens on. It lies below those that the system gives to connections, so that none takes it before
 * the server does, or while the server is stopped.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(false);
      else reject(error);
    });
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** Those that run now: they do not outlive a test process that ends before its hooks have run. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export interface ServerSetup {
  readonly path: string;
  /** Given the data folder. */
  args(dir: string): readonly string[];
  /** Resolves to true when it answers. */
  isReady(): Promise<boolean>;
}

/** A server on fixed ports that a test may stop, kill, freeze and start again on the same data. */
export class ServerProcess {
  readonly dir: string;
  readonly #setup: ServerSetup;
  #child: ChildProcess | null = null;
  #log = "";

  private constructor(setup: ServerSetup, dir: string) {
    this.#setup = setup;
    this.dir = dir;
  }

  /** Started and ready; ended by its pid, and its data removed, after the test. */
  static async start(t: ServerUser, setup: ServerSetup): Promise<ServerProcess> {
    const server = new ServerProcess(setup, await mkdtemp(join(tmpdir(), "flowlord-server-")));
    t.after(async () => {
      await server.kill();
      if (t.error !== undefined && t.error !== null) console.error(`${setup.path} wrote:\n${server.log}`);
      await rm(server.dir, { recursive: true, force: true, maxRetries: 5 });
    });
    await server.restart();
    return server;
  }

  /** What it wrote last. */
  get log(): string {
    return this.#log;
  }

  /** Starts it, after ending it first where it runs. */
  async restart(): Promise<void> {
    await this.stop();
    const child = spawn(this.#setup.path, this.#setup.args(this.dir), { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    running.add(child);
    child.once("exit", () => running.delete(child));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#log = (this.#log + text).slice(-LOG_CHARS);
      });
    }
    const until = Date.now() + READY_WITHIN;
    while (!(await this.#setup.isReady())) {
      const end = child.exitCode ?? child.signalCode;
      if (end !== null || Date.now() > until) {
        throw new Error(`${this.#setup.path} did not come up (ended with ${end ?? "nothing yet"}):\n${this.#log}`);
      }
      await pause(20);
    }
  }

  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** It lives, and answers nothing. */
  freeze(): void {
    this.#child?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#child?.kill("SIGCONT");
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGCONT");
    child.kill(signal);
    const late = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN);
    await ended;
    clearTimeout(late);
  }
}
