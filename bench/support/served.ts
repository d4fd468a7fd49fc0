import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const ROOT = join(import.meta.dirname, "../..");
/** Name of the database in the folder. */
export const DATABASE = "tasks.db";
const POLL_MS = 2;
const STOP_WITHIN_MS = 20_000;
const START_WITHIN_MS = 120_000;

export interface Served {
  readonly pid: number;
  /** `http://host:port`. */
  readonly url: string;
  /** From the spawn of the process to the first `ok` of `GET /status`. */
  readonly startMs: number;
  stop(): Promise<void>;
}

export interface ServeOptions {
  /** Where the configuration is written, and the database is. */
  readonly dir: string;
  readonly workflows: string;
  readonly bus: string;
  /** More lines of the config, `[bus]` first. */
  readonly more?: string;
  readonly fileTopic?: string;
  /** What is started; by default this Node with bin/flowlord.js. */
  readonly command?: readonly [string, ...string[]];
}

/** `flowlord serve` as a process of its own, its standard error is shown when it fails. */
export async function serveProcess(options: ServeOptions): Promise<Served> {
  const port = await freePort();
  const config = join(options.dir, "flowlord.toml");
  await writeFile(config, configText(options, port));
  const [command, ...args] = options.command ?? [process.execPath, "bin/flowlord.js", "serve"];
  const start = performance.now();
  const child = spawn(command, [...args, "-c", config], { cwd: ROOT, stdio: ["ignore", "ignore", "pipe"] });
  // A benchmark that is ended early leaves nothing running.
  const onExit = (): void => void child.kill("SIGKILL");
  process.once("exit", onExit);
  child.once("exit", () => process.off("exit", onExit));
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-4000)));
  try {
    await untilOk(child, `http://127.0.0.1:${port}/status`, start);
  } catch (error) {
    child.kill("SIGKILL");
    throw new Error(`flowlord did not start: ${stderr}`, { cause: error });
  }
  const startMs = performance.now() - start;
  return { pid: child.pid ?? 0, url: `http://127.0.0.1:${port}`, startMs, stop: () => stopProcess(child) };
}

function configText({ dir, workflows, bus, more = "", fileTopic = "" }: ServeOptions, port: number): string {
  return `
workflow = ${JSON.stringify(workflows)}
status_port = ${port}
file_topic = ${JSON.stringify(fileTopic)}
data = ${JSON.stringify(dir)}
[bus]
bus = ${JSON.stringify(bus)}
${more}
[sqlite]
local_path = ${JSON.stringify(join(dir, DATABASE))}
`;
}

async function untilOk(child: ChildProcess, url: string, start: number): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`exit code ${child.exitCode}`);
    if (performance.now() - start > START_WITHIN_MS) throw new Error("it did not answer in time");
    try {
      const answer = await fetch(url);
      await answer.body?.cancel();
      if (answer.ok) return;
    } catch (error) {
      // Not listening yet; anything but a refused connection is an error of the benchmark.
      if (!(error instanceof TypeError)) throw error;
    }
    await pause(POLL_MS);
  }
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
  await ended;
  clearTimeout(late);
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

export interface Usage {
  /** Resident memory, MiB. */
  readonly rss: number;
  /** Seconds of CPU since the start, user and system, all threads. */
  readonly cpuSeconds: number;
}

/** Of another process, from Linux's /proc. */
export async function usageOf(pid: number): Promise<Usage> {
  const [status, stat] = await Promise.all([
    readFile(`/proc/${pid}/status`, "utf8"),
    readFile(`/proc/${pid}/stat`, "utf8"),
  ]);
  const kib = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN);
  // After the name in brackets: fields 14 and 15 of the whole line, in hundredths of a second.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { rss: kib / 1024, cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100 };
}
