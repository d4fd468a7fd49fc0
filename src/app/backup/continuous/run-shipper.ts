import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ShipAnswer, ShipJob, ShipRequest } from "./ship-request.ts";
import type { ReadRequest, ShipStatus } from "./shipper.ts";

/** A process that ships. Each call rejects when the process fails, or ends before it has answered. */
export interface ShipperProcess {
  open(): Promise<ShipStatus>;
  read(request: ReadRequest): Promise<ShipStatus>;
  based(epoch: string): Promise<ShipStatus>;
  giveUp(reason: string): Promise<ShipStatus>;
  /** Stores what waits, for at most so long (ms). */
  finish(withinMs: number): Promise<ShipStatus>;
  /** It ends by itself; what waits stays on the disk. */
  close(): void;
}

export interface ShipperEvents {
  readonly onStatus: (status: ShipStatus) => void;
  /** It ended, and nobody asked for it. */
  readonly onEnd: (reason: string) => void;
}

/** A request without an answer for this long (ms): what it reads or writes hangs. */
const ANSWER_MS = 60_000;
/** Same extension as this file: `.ts` in a clone, `.js` when built. */
const PROCESS = fileURLToPath(
  new URL(`./ship-process${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url),
);

type WithoutId<Request> = Request extends unknown ? Omit<Request, "id"> : never;

/** In a process of its own: a network or a disk that hangs keeps nothing from being written, or from stopping. */
export function runShipper(job: ShipJob, { onStatus, onEnd }: ShipperEvents): ShipperProcess {
  const child = fork(PROCESS, [], { execArgv: ["--disable-sigusr1"], stdio: ["ignore", "ignore", "pipe", "ipc"] });
  const open = new Map<number, PromiseWithResolvers<ShipStatus>>();
  let asked = 0;
  let said = "";
  let isClosed = false;
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-2000);
  });
  const end = (reason: string): void => {
    for (const { reject } of open.values()) reject(new Error(reason));
    open.clear();
    if (isClosed) return;
    isClosed = true;
    onEnd(reason);
  };
  child.once("error", (error) => end(`The process that ships did not start (${error.message}).`));
  child.once("exit", (code, by) => end(`The process that ships ended (${by ?? `exit code ${code}`}) ${said}`.trim()));
  child.on("message", (answer: ShipAnswer) => {
    if ("status" in answer) onStatus(answer.status);
    const waiting = answer.id === null ? undefined : open.get(answer.id);
    if (waiting === undefined || answer.id === null) return;
    open.delete(answer.id);
    if ("status" in answer) waiting.resolve(answer.status);
    else waiting.reject(new Error(answer.failure));
  });
  const ask = async (request: WithoutId<ShipRequest>, withinMs = ANSWER_MS): Promise<ShipStatus> => {
    if (isClosed) throw new Error("The process that ships has ended.");
    asked += 1;
    const waiting = Promise.withResolvers<ShipStatus>();
    open.set(asked, waiting);
    const timer = setTimeout(() => child.kill("SIGKILL"), withinMs);
    try {
      child.send({ id: asked, ...request });
      return await waiting.promise;
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    open: () => ask({ open: job }),
    read: (request) => ask({ read: request }),
    based: (epoch) => ask({ based: epoch }),
    giveUp: (reason) => ask({ giveUp: reason }),
    finish: (withinMs) => ask({ finish: withinMs }, withinMs + ANSWER_MS),
    close: () => {
      isClosed = true;
      if (child.connected) child.disconnect();
    },
  };
}
