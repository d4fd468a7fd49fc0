import { spawn } from "node:child_process";
import { once } from "node:events";
import { startWatch, type Lap } from "../support/stopwatch.ts";

/** As many promises, `concurrency` at a time, that wait one turn of the event loop each: the worker's no-op alone. */
export function emptyPromises(count: number, concurrency: number): Promise<Lap> {
  return runConcurrently(count, concurrency, () => new Promise((resolve) => setImmediate(resolve)));
}

/** As many processes, `concurrency` at a time, without input and output. */
export function emptySpawns(count: number, concurrency: number): Promise<Lap> {
  return runConcurrently(count, concurrency, async () => {
    await once(spawn("true", { stdio: "ignore" }), "exit");
  });
}

async function runConcurrently(count: number, concurrency: number, work: () => Promise<void>): Promise<Lap> {
  const watch = startWatch();
  let next = 0;
  const loop = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, loop));
  return watch();
}
