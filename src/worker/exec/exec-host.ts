import { execHandler } from "./exec.ts";
import type { FromHost, ToHost } from "./exec-messages.ts";
import { toError } from "../../contract/to-error.ts";
import type { ClosableHandler } from "../task.ts";

/**
 * The process that starts the commands of the exec workers. Starting one copies the page tables of the process that
 * does it, which takes 2 ms here and 40 ms in one of a gigabyte, and stands still meanwhile. When the worker dies the
 * channel closes, and every command is killed at once: its task will be delivered again.
 */
const sections = new Map<number, ClosableHandler>();
const running = new Map<number, AbortController>();

process.title = "flowlord exec host";
// Ctrl-C and a service manager's stop reach this process too; it ends when the worker says so, or is gone.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);

process.on("disconnect", () => process.exit(0));
// Also when this process ends by an error of its own.
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
    const outcome = await sections.get(section)?.run(task, { signal: controller.signal, attempt });
    sendMessage({ kind: "ended", run, outcome: outcome ?? {} });
  } catch (error) {
    sendMessage({ kind: "given_back", run, reason: toError(error).message });
  } finally {
    running.delete(run);
  }
}

function sendMessage(message: FromHost): void {
  // Without a channel nobody is left to hear it, and `disconnect` ends this process.
  if (process.connected) process.send?.(message);
}
