import { execHandler } from "./exec.ts";
import type { FromHost, ToHost } from "./exec-messages.ts";
import { toError } from "../../contract/to-error.ts";
import type { ClosableHandler } from "../task.ts";

/**
 * The process that starts the commands of the exec workers. Starting a command copies the page tables of the parent,
 * which blocks it the longer the more memory it has. When the worker dies the channel closes, and all
 * commands are killed at once: their tasks will be redelivered.
 */
const sections = new Map<number, ClosableHandler>();
const running = new Map<number, AbortController>();

process.title = "flowlord exec host";
// Ctrl-C and a service manager's stop reach this process too; it only exits when the worker tells it to, or is gone.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);

process.on("disconnect", () => process.exit(0));
// Also when this process exits because of an error.
process.on("exit", () => {
  for (const handler of sections.values()) handler.close();
});

process.on("message", (message: ToHost) => {
  switch (message.kind) {
    case "section":
      sections.set(
        message.section,
        execHandler(message.options, (problem) => sendMessage({ kind: "problem", problem }), Date.now),
      );
      return;
    case "run":
      void run(message);
      return;
    case "abort":
      running.get(message.run)?.abort();
  }
});

async function run({ run, section, task, attempt }: Extract<ToHost, { kind: "run" }>): Promise<void> {
  const controller = new AbortController();
  running.set(run, controller);
  try {
    const outcome = await sections.get(section)?.run(task, {
      signal: controller.signal,
      attempt,
      began: ({ pid, log }) => sendMessage({ kind: "began", run, pid, log }),
      progress: (progress, msg = "") => sendMessage({ kind: "progress", run, progress, msg }),
    });
    sendMessage({ kind: "ended", run, outcome: outcome ?? {} });
  } catch (error) {
    sendMessage({ kind: "given_back", run, reason: toError(error).message });
  } finally {
    running.delete(run);
  }
}

function sendMessage(message: FromHost): void {
  // Without a channel nobody can receive it, and `disconnect` ends this process.
  if (!process.connected) return;
  // The worker may be gone before `disconnect` says so. Without a callback the error would be thrown.
  process.send?.(message, undefined, {}, (error) => {
    if (error !== null) process.exit(0);
  });
}
