import { toError } from "../../../contract/to-error.ts";
import { SECOND } from "../../../contract/time/time-units.ts";
import { Backoff } from "../../../contract/backoff.ts";
import type { Journal, JournalEmptied } from "../../../store/backup/journal.ts";
import type { ShipperEvents, ShipperProcess } from "./run-shipper.ts";
import type { ShipStatus } from "./shipper.ts";

export interface ShippingOptions {
  readonly journal: Journal;
  /** The folder of the segments that wait. */
  readonly spool: string;
  /** Bytes that may wait, and that the log may have while nobody reads it. */
  readonly maxSpool: number;
  readonly start: (events: ShipperEvents) => ShipperProcess;
  readonly now: () => number;
  /** A turn is due before the next second. */
  readonly wake: () => void;
  readonly onEvent: (event: ShippingEvent) => void;
}

/** `ended`: the row of segments; a new one begins with the next backup. */
export type ShippingEvent =
  | { readonly kind: "begun"; readonly epoch: string }
  | { readonly kind: "resumed"; readonly epoch: string; readonly number: number }
  | { readonly kind: "ended"; readonly reason: string };

/** A place in the row of segments: everything that was committed before is in the segments up to this number. */
export interface ShippedTo {
  readonly epoch: string;
  readonly number: number;
  readonly at: number;
}

/** A log that somebody else reads is not emptied, and tried again after so long (ms). */
const BUSY_MS = SECOND;
const FIRST_RESTART_MS = SECOND;
const LAST_RESTART_MS = 30 * SECOND;
const NOTHING: ShipStatus = {
  epoch: null,
  number: 0,
  at: null,
  position: null,
  isBased: false,
  waiting: { segments: 0, bytes: 0 },
  coveredUntil: null,
  problem: null,
  gap: null,
};

/**
 * The writer's side of the shipping: has the log read once a second, and empties it when it is large, right after it was
 * read. Nothing else empties it, so nothing is missing between two segments.
 */
export class Shipping {
  readonly #options: ShippingOptions;
  readonly #backoff = new Backoff(FIRST_RESTART_MS, LAST_RESTART_MS);
  #process: ShipperProcess | null = null;
  #status: ShipStatus = NOTHING;
  #emptied: JournalEmptied | null = null;
  #notEmptiedBefore = 0;
  #startAt = 0;
  /** Why the process is not there; null: it is. */
  #failure: string | null = null;
  /** Reads come one after the other: the log must not be emptied while it is read. */
  #last: Promise<unknown> = Promise.resolve();
  #isClosing = false;

  constructor(options: ShippingOptions) {
    this.#options = options;
    options.journal.onFull(() => this.#full());
  }

  get status(): ShipStatus {
    return this.#failure === null ? this.#status : { ...this.#status, problem: this.#failure };
  }

  /** One turn: what was committed until now is kept on the disk afterwards, and on its way. */
  async run(): Promise<void> {
    if (this.#options.now() < this.#startAt) return;
    await this.#read(false);
  }

  /** Where the row is now, for a backup that is about to be made, or was just taken. Null: nothing is shipped. */
  async mark(begins: boolean): Promise<ShippedTo | null> {
    try {
      const { epoch, number, at } = await this.#read(begins);
      return epoch === null || at === null ? null : { epoch, number, at };
    } catch {
      // The backup is good without it; the next turn says what is wrong.
      return null;
    }
  }

  /** A backup from which the segments of this epoch go on is good. */
  async based(epoch: string): Promise<void> {
    if (this.#process !== null) this.#take(await this.#process.based(epoch));
  }

  /** What comes next follows on nothing: a new row begins with the next backup. */
  async giveUp(reason: string): Promise<void> {
    if (this.#process !== null) this.#take(await this.#process.giveUp(reason));
  }

  /** When the database is closed: what it wrote last is stored too, if that takes no longer (ms). */
  async stop(withinMs: number): Promise<void> {
    this.#isClosing = true;
    const shipper = this.#process;
    if (shipper === null) return;
    try {
      await this.#read(false);
      this.#take(await shipper.finish(withinMs));
    } finally {
      this.#process = null;
      shipper.close();
    }
  }

  async #read(begins: boolean): Promise<ShipStatus> {
    const turn = this.#last.then(() => this.#readNow(begins));
    this.#last = turn.catch(() => undefined);
    return await turn;
  }

  async #readNow(begins: boolean): Promise<ShipStatus> {
    const shipper = this.#process ?? (await this.#start());
    const emptied = this.#emptied;
    this.#emptied = null;
    this.#take(await shipper.read({ emptied, begins }));
    if (!this.#isClosing) await this.#empty(shipper);
    return this.#status;
  }

  async #start(): Promise<ShipperProcess> {
    const { start, onEvent, now } = this.#options;
    // What it was told of is on the disk, and found again.
    this.#emptied = null;
    const shipper: ShipperProcess = start({
      onStatus: (status) => this.#take(status),
      onEnd: (reason) => {
        if (this.#process === shipper) this.#fail(reason);
      },
    });
    try {
      const status = await shipper.open();
      this.#take(status);
      if (status.epoch !== null) onEvent({ kind: "resumed", epoch: status.epoch, number: status.number });
    } catch (error) {
      shipper.close();
      this.#startAt = now() + this.#backoff.next();
      throw error;
    }
    this.#process = shipper;
    this.#failure = null;
    this.#backoff.reset();
    return shipper;
  }

  #fail(reason: string): void {
    this.#process = null;
    this.#failure = reason;
    this.#startAt = this.#options.now() + this.#backoff.next();
  }

  /** Right after the log was read, and before anything else is written. */
  async #empty(shipper: ShipperProcess): Promise<void> {
    const { journal, spool, now } = this.#options;
    if (!journal.isFull() || now() < this.#notEmptiedBefore) return;
    const { position } = this.#status;
    if (position === null) {
      if (!journal.drop()) this.#notEmptiedBefore = now() + BUSY_MS;
      return;
    }
    const emptied = journal.empty(position, spool);
    this.#emptied = emptied;
    if (emptied === null)
      this.#take(await shipper.giveUp("another program wrote to the database while its log was emptied"));
    else if (emptied.outcome === "perhaps") this.#notEmptiedBefore = now() + BUSY_MS;
  }

  /** The log has more than it is meant to have. */
  #full(): void {
    const { journal, wake, now, maxSpool } = this.#options;
    if (now() < this.#notEmptiedBefore) return;
    if (this.#process !== null) return wake();
    // Nobody reads it, and it must not fill the disk: the next process finds that something is missing.
    if (journal.size() <= maxSpool) return;
    try {
      if (journal.drop()) return;
    } catch (error) {
      this.#failure = toError(error).message;
    }
    this.#notEmptiedBefore = now() + BUSY_MS;
  }

  #take(status: ShipStatus): void {
    const before = this.#status;
    this.#status = status;
    const { onEvent } = this.#options;
    if (status.gap !== null && status.gap !== before.gap) onEvent({ kind: "ended", reason: status.gap });
    if (status.epoch !== null && status.epoch !== before.epoch && status.number === 0)
      onEvent({ kind: "begun", epoch: status.epoch });
  }
}
