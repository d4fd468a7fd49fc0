import { Worker } from "node:worker_threads";
import { DomainError } from "../../contract/domain-error.ts";
import type { DiffLine, Inspection, ValidatedText } from "./inspect-text.ts";

/** How long (ms) a text may be inspected, how much memory (MiB) that may take, and how many may wait. */
const LIMITS = { ms: 5000, mib: 256, waiting: 8 };
/** Same extension as this file: `.ts` in a clone, `.js` when built. */
const WORKER = new URL(`./inspect-worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);

type Answer<I extends Inspection> = I["kind"] extends "validate" ? ValidatedText : readonly DiffLine[];

/** Inspects texts that people send, one at a time, each in a thread that is ended when it takes too long. */
export class TextInspector {
  readonly #ms: number;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(ms = LIMITS.ms) {
    this.#ms = ms;
  }

  /** Throws DomainError: too many wait, or it takes too long. */
  async run<I extends Inspection>(asked: I): Promise<Answer<I>> {
    if (this.#waiting >= LIMITS.waiting)
      throw new DomainError(
        "too_many",
        "inspector_busy",
        `${LIMITS.waiting} texts wait already; try again in a moment.`,
      );
    this.#waiting += 1;
    const turn = this.#last.then(() => this.#inspect(asked));
    this.#last = turn.then(
      () => undefined,
      () => undefined,
    );
    try {
      return (await turn) as Answer<I>;
    } finally {
      this.#waiting -= 1;
    }
  }

  async #inspect(asked: Inspection): Promise<unknown> {
    const worker = new Worker(WORKER, { workerData: asked, resourceLimits: { maxOldGenerationSizeMb: LIMITS.mib } });
    const answered = Promise.withResolvers<unknown>();
    const timer = setTimeout(() => answered.reject(tooCostly()), this.#ms);
    worker.once("message", answered.resolve);
    worker.once("error", (error: Error & { readonly code?: string }) =>
      answered.reject(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? tooCostly() : error),
    );
    worker.once("exit", () => answered.reject(tooCostly()));
    try {
      return await answered.promise;
    } finally {
      clearTimeout(timer);
      await worker.terminate();
    }
  }
}

function tooCostly(): DomainError {
  return new DomainError(
    "invalid",
    "too_costly",
    `This takes more than ${LIMITS.ms / 1000} s or ${LIMITS.mib} MiB: send a smaller text, or split the file.`,
  );
}
