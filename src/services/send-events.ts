import type { FileEvent } from "../contract/file-event.ts";
import { toError } from "../contract/to-error.ts";

/** `id` is the same when the same content is announced again after a crash: a redelivery is recognised by it. */
export interface WatchedFileEvent {
  readonly id: string;
  readonly event: FileEvent;
  /** When the file or object, or its entry, changed last, by the clock of its storage; milliseconds since 1970. */
  readonly changedAt: number;
}

/** Resolves when the event is stored; rejects to have it retried. */
export type EmitEvent = (event: WatchedFileEvent) => Promise<void>;

/** Sends the events of a watcher, whose stop does not wait for those that nobody takes. */
export class EventSender {
  readonly #emit: EmitEvent;
  /** Rejects each event that is being sent. */
  readonly #sending = new Set<(reason: Error) => void>();
  isClosed = false;

  constructor(emit: EmitEvent) {
    this.#emit = emit;
  }

  /** Null when the event is stored. */
  async send(event: WatchedFileEvent): Promise<Error | null> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#sending.add(reject);
    try {
      if (this.isClosed) throw new Error("the watcher stops");
      this.#emit(event).then(resolve, reject);
      await promise;
      return null;
    } catch (cause) {
      return new Error(`Cannot send the events of arrived files: ${toError(cause).message}`, { cause });
    } finally {
      this.#sending.delete(reject);
    }
  }

  /** Abandons events that are being sent, and sends no more: they are announced again after the next start. */
  close(): void {
    this.isClosed = true;
    for (const fail of this.#sending) fail(new Error("the watcher stops"));
  }
}
