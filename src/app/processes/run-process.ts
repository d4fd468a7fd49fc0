import { fork } from "node:child_process";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";

/** An error without its class, which cannot be sent between processes. */
export interface ProcessFailure {
  readonly code: string | null;
  readonly message: string;
}

export interface ProcessJob<Message, Outcome> {
  /** Of its module, without the extension, as a URL: `new URL("./x-process", import.meta.url)`. */
  readonly module: URL;
  /** As in "the backup". */
  readonly name: string;
  /** The first message that it gets. */
  readonly request: object;
  /** For Node, as in `--max-old-space-size=192`. */
  readonly nodeFlags?: readonly string[];
  readonly signal: AbortSignal;
  /** Told of each message; an outcome ends the wait, null goes on. `send` does nothing once the process is gone. */
  readonly onMessage: (message: Message, send: (more: object) => void) => Outcome | null;
}

/** A process that says nothing for this long (ms) is ended: something that it reads or writes hangs. */
const SILENCE_MS = 10 * 60_000;
/** How long (ms) it may take to remove what it has begun. */
const STOP_WITHIN_MS = 10_000;

/**
 * Does a job in a process of its own, to which everything else on the machine goes first: its memory goes with it, and a
 * folder on a network that hangs keeps nothing from stopping. Never rejects.
 */
export async function runProcess<Message, Outcome>(
  job: ProcessJob<Message, Outcome>,
): Promise<Outcome | { readonly failure: ProcessFailure }> {
  const { module, name, request, nodeFlags = [], signal, onMessage } = job;
  if (signal.aborted) return { failure: INTERRUPTED };
  // Same extension as this file: `.ts` in a clone, `.js` when built.
  const path = fileURLToPath(module) + (import.meta.url.endsWith(".ts") ? ".ts" : ".js");
  const execArgv = ["--disable-sigusr1", ...nodeFlags];
  const child = fork(path, [], { execArgv, stdio: ["ignore", "ignore", "pipe", "ipc"] });
  lowerPriority(child.pid);
  const { promise, resolve } = Promise.withResolvers<Outcome | { readonly failure: ProcessFailure }>();
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-2000);
  });
  const failed = (code: string, message: string): void => resolve({ failure: { code, message } });
  const watch = setTimeout(() => {
    const why = `The ${name} did nothing for ten minutes: what it reads or writes hangs. Check its file system and network.`;
    failed("silent", why);
    child.kill("SIGKILL");
  }, SILENCE_MS);
  const stop = (): void => {
    resolve({ failure: INTERRUPTED });
    if (child.connected) child.disconnect();
    setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS).unref();
  };
  child.on("message", (message: Message) => {
    watch.refresh();
    const outcome = onMessage(message, (more) => void (child.connected && child.send(more)));
    if (outcome !== null) resolve(outcome);
  });
  child.once("error", (error) => failed("no_process", `The process of the ${name} did not start (${error.message}).`));
  child.once("exit", (code, by) =>
    failed("ended", `The process of the ${name} ended early (${by ?? `exit code ${code}`}) ${said}`.trim()),
  );
  signal.addEventListener("abort", stop, { once: true });
  child.send(request);
  try {
    return await promise;
  } finally {
    clearTimeout(watch);
    signal.removeEventListener("abort", stop);
  }
}

const INTERRUPTED: ProcessFailure = { code: "interrupted", message: "It was interrupted: Flowlord stops." };

function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It then runs at the priority of this process.
  }
}
