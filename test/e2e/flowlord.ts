import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { inspect } from "node:util";
import { setTimeout as pause } from "node:timers/promises";
import { connect, type Connection } from "../../src/store/sqlite/database/connection.ts";

export const ROOT = join(import.meta.dirname, "../..");
export const BIN = join(ROOT, "bin/flowlord.js");

const WAIT_MS = 60_000;
const NOBODY = 65534;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder that goes with the test, and the processes in it, ended before it goes. */
export class Place {
  readonly dir: string;
  readonly #running = new Set<Process>();
  #user: number | null = null;

  constructor(t: TestContext, files: Readonly<Record<string, string>> = {}) {
    this.dir = mkdtempSync(join(tmpdir(), "flowlord-e2e-"));
    for (const [name, text] of Object.entries(files)) this.write(name, text);
    t.after(async () => {
      for (const process of this.#running) await process.kill();
      rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 });
    });
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  write(name: string, text: string): string {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** From now on its processes belong to a user who may not do everything: root could read and write all the same. */
  leaveRoot(): void {
    if (process.getuid?.() !== 0) return;
    this.#user = NOBODY;
    const own = (path: string): void => {
      chownSync(path, NOBODY, NOBODY);
      if (statSync(path).isDirectory()) for (const name of readdirSync(path)) own(join(path, name));
    };
    own(this.dir);
  }

  /** Starts a command; `env` is laid over that of the test. */
  start(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Process {
    const process = new Process(command, args, this.dir, env, this.#user);
    this.#running.add(process);
    void process.ended.then(() => this.#running.delete(process));
    return process;
  }

  /** Starts `flowlord ARGS`. */
  flowlord(args: readonly string[], env: Readonly<Record<string, string>> = {}): Process {
    return this.start(process.execPath, [BIN, ...args], env);
  }

  /** Runs `flowlord ARGS` to its end, with `input` on its standard input. */
  async run(args: readonly string[], input = ""): Promise<Ran> {
    const ran = this.flowlord(args);
    ran.child.stdin?.end(input);
    const { code } = await ran.ended;
    return { code, out: ran.out, err: ran.err };
  }
}

/** A process in a group of its own, as a terminal starts one, with what it said. */
export class Process {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  out = "";
  err = "";

  constructor(
    command: string,
    args: readonly string[],
    cwd: string,
    env: Readonly<Record<string, string>>,
    user: number | null,
  ) {
    this.child = spawn(command, args, {
      cwd,
      env: { ...environment(), ...env },
      detached: true,
      ...(user === null ? {} : { uid: user, gid: user }),
    });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.out += text));
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.err += text));
    // A process that was killed does not read what is left for it.
    this.child.stdin?.on("error", () => undefined);
    this.ended = once(this.child, "close").then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
    }));
  }

  get pid(): number {
    const { pid } = this.child;
    if (pid === undefined) throw new Error("the process was not started");
    return pid;
  }

  /** Errors of its log, except alerts, which are about tasks, and what else is on standard error. */
  get problems(): readonly string[] {
    return this.err
      .split("\n")
      .filter((line) => line !== "" && !/^\{"level":"(?:info|warn)"|"component":"alerts"/.test(line));
  }

  /** The sentences of its log, and whatever else it wrote to standard error. */
  get said(): string {
    const lines = this.err.split("\n");
    return lines.map((line) => (line.startsWith("{") ? (JSON.parse(line) as { msg: string }).msg : line)).join("\n");
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Waits until it said that, on either stream. Throws with all it said when it ends before. */
  async says(text: string): Promise<void> {
    await until(() => {
      if (this.out.includes(text) || this.err.includes(text)) return true;
      if (this.running) return false;
      throw new Error(`It ended before it said "${text}":\n${this.out}${this.err}`);
    });
  }

  /** What Ctrl-C does: SIGINT to the whole group. */
  async interrupt(): Promise<Ended> {
    process.kill(-this.pid, "SIGINT");
    return this.ended;
  }

  /** SIGKILL to this process alone, as `kill -9` does. */
  async kill(): Promise<void> {
    if (this.running) this.child.kill("SIGKILL");
    await this.ended;
  }
}

/** Resolves when the condition holds. Throws after `withinMs`, with what `state` gives. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  everyMs = 20,
  state: () => unknown = () => "",
  withinMs = WAIT_MS,
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited in vain for ${condition.toString()} ${inspect(state())}`);
    await pause(everyMs);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Asks the database beside the running process; 0 rows while it has no such table yet. */
export function rows<Row>(path: string, sql: string, ...values: readonly unknown[]): Row[] {
  return look(path, (db) => db.prepare<unknown[], Row>(sql).all(...values));
}

function look<T>(path: string, body: (db: Connection) => T): T {
  const db = connect(path, { readonly: true, cacheKib: 1024 });
  try {
    return body(db);
  } finally {
    db.close();
  }
}

/** Without what the runner, npm and Flowlord's own configuration put there. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(FLOWLORD_|NODE_TEST_|npm_)/.test(name) && name !== "NODE_OPTIONS",
    ),
  );
}
