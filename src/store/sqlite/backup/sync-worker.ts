import { closeSync, fdatasyncSync, openSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { codeOf } from "../../../contract/to-error.ts";

/** Brings the file at this path to the disk while it grows; any message ends it. */
const path = workerData as string;
const EVERY_MS = 20;

let file: number | null = null;
const timer = setInterval(() => {
  try {
    file ??= openSync(path, "r");
    fdatasyncSync(file);
  } catch (error) {
    // It is not begun yet. Whoever writes it is told of everything else.
    if (codeOf(error) !== "ENOENT") clearInterval(timer);
  }
}, EVERY_MS);

parentPort?.once("message", () => {
  clearInterval(timer);
  // Only now: a file that is closed loses the locks that this process has on it.
  if (file !== null) closeSync(file);
  parentPort?.close();
});
