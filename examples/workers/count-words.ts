/**
 * A worker in TypeScript. Here tasks are lines on standard input and results go to standard output, so it runs without
 * a broker; with another bus the rest stays the same.
 *
 *   echo '{"type":"count-words","info":"README.md","id":"1"}' | npx node examples/workers/count-words.ts
 *
 * In a project of your own the import is `from "flowlord/worker"`.
 */
import { readFile } from "node:fs/promises";
import { createStdioBus, launch, TaskError } from "../../src/worker/launch.ts";

const bus = createStdioBus({
  name: "stdio",
  input: process.stdin,
  output: process.stdout,
  inTopic: "count-words",
  maxLineBytes: 1_000_000,
  now: Date.now,
});
await bus.start();

const worker = await launch(
  "count-words",
  async (task, { signal }) => {
    // A stop aborts the signal; the task is then delivered again.
    const text = await readFile(task.info, { encoding: "utf8", signal });
    const words = text.split(/\s+/).filter((word) => word !== "").length;
    if (words === 0) throw new TaskError(`${task.info} is empty`, { result: "warn" });
    return { msg: `${words} words`, meta: { words: String(words) } };
  },
  { bus, concurrency: 4 },
);

process.once("SIGTERM", () => void worker.stop().then(() => bus.stop()));
