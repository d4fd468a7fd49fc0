import type { ServerUser } from "./find.ts";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const READY_WITHIN = 15_000;
const STOP_WITHIN = 10_000;
const LOG_CHARS = 20_000;

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

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
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#log = (this.#log + text).slice(-LOG_CHARS);
      });
    }
    const until = Date.now() + READY_WITHIN;
    while (!(await this.#setup.isReady())) {
      if (child.exitCode !== null || Date.now() > until) {
        throw new Error(`${this.#setup.path} did not come up (exit code ${child.exitCode}):\n${this.#log}`);
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
