/** A thread for one text: what it costs holds up nobody, and can be ended. */
import { parentPort, workerData } from "node:worker_threads";
import { diffTexts, type Inspection, validateText } from "./inspect-text.ts";

const asked = workerData as Inspection;
parentPort?.postMessage(asked.kind === "validate" ? validateText(asked) : diffTexts(asked.from, asked.to));
