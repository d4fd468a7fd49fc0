import { isLogChunk, readLogChunk, type LogChunk } from "./log-chunk.ts";
import { SECOND } from "../contract/time/time-units.ts";
import { toError } from "../contract/to-error.ts";
import { ReceivedLogs, type ReceivedLogsOptions } from "./received-logs.ts";

/** What may wait for the disk; what comes on top is dropped. Far below what the bus hands out before it waits for results. */
const MAX_WAITING = 100;
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
/** How long a piece may wait for the disk before it is dropped. */
const WAIT_MS = 10 * SECOND;

interface Waiting {
  readonly chunk: LogChunk;
  readonly settle: () => void;
}

/**
 * Takes pieces of logs from the done topic, and acknowledges each when it is written, or dropped. Beside the results, never before
 * them: pieces are written one at a time, so that a disk that hangs holds up one of them, for a bounded time, and nothing else.
 * What is dropped is missing from its log, which then stays marked as cut.
 */
export class LogInbox {
  readonly #logs: ReceivedLogs;
  readonly #onDropped: (error: Error) => void;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | null = null;
  #isStopped = false;

  /** `onDropped` may be called often; say it once in a while. */
  constructor(options: ReceivedLogsOptions, onDropped: (error: Error) => void) {
    this.#logs = new ReceivedLogs(options);
    this.#onDropped = onDropped;
  }

  /** False: the message is no piece of a log. `acknowledge` is called once, unless it is stopped before. */
  take(payload: string, acknowledge: () => void): boolean {
    if (!isLogChunk(payload)) return false;
    const chunk = readLogChunk(payload);
    if (chunk === null) this.#drop("it cannot be read", acknowledge);
    else if (this.#waiting.length >= MAX_WAITING || this.#waitingBytes + payload.length > MAX_WAITING_BYTES)
      this.#drop("too many wait for the disk", acknowledge);
    else this.#enqueue(chunk, payload.length, acknowledge);
    return true;
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  /** What waits is not acknowledged: the bus delivers it again. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting = [];
  }

  #enqueue(chunk: LogChunk, bytes: number, acknowledge: () => void): void {
    let isSettled = false;
    const settle = (): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(late);
      this.#waitingBytes -= bytes;
      if (!this.#isStopped) acknowledge();
    };
    const late = setTimeout(() => {
      this.#waiting = this.#waiting.filter((one) => one !== waiting);
      this.#drop(`the disk did not take it within ${WAIT_MS / SECOND} seconds`, settle);
    }, WAIT_MS);
    late.unref();
    const waiting = { chunk, settle };
    this.#waiting.push(waiting);
    this.#waitingBytes += bytes;
    this.#writing ??= this.#write();
  }

  async #write(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const { chunk, settle } = next;
      try {
        const refused = await this.#logs.write(chunk);
        if (refused === null) settle();
        else this.#drop(refused, settle);
      } catch (error) {
        this.#drop(toError(error).message, settle);
      }
    }
    this.#writing = null;
  }

  #drop(why: string, settle: () => void): void {
    if (this.#isStopped) return;
    this.#onDropped(new Error(`A piece of the log of a task on another machine was dropped: ${why}.`));
    settle();
  }
}
