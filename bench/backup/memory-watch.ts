import { readdirSync, readFileSync } from "node:fs";
import { codeOf } from "../../src/contract/to-error.ts";

const EVERY_MS = 50;

/** The most that this process has grown by since, together with the processes that it has started. */
export class MemoryWatch {
  readonly #before = process.memoryUsage.rss();
  readonly #timer: NodeJS.Timeout;
  #most = 0;

  constructor() {
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
  }

  /** Bytes. */
  stop(): number {
    clearInterval(this.#timer);
    return this.#most;
  }

  #look(): void {
    const children = childrenOf(process.pid).reduce((sum, pid) => sum + rssOf(pid), 0);
    this.#most = Math.max(this.#most, process.memoryUsage.rss() - this.#before + children);
  }
}

/** Linux only, as the figures of the benchmarks are. */
function childrenOf(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    (readIfThere(`/proc/${pid}/task/${thread}/children`) ?? "").split(" ").filter((child) => child !== ""),
  );
}

function rssOf(pid: string): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readIfThere(`/proc/${pid}/status`) ?? "")?.[1];
  return Number(kib ?? 0) * 1024;
}

/** Null: the process has ended. */
function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ESRCH") return null;
    throw error;
  }
}
