import TinyQueue from "tinyqueue";

interface Entry<T> {
  readonly dueAt: number;
  readonly order: number;
  readonly item: T;
}

/** Items ordered by due time, then by insertion. */
export class DelayHeap<T> {
  readonly #entries = new TinyQueue<Entry<T>>([], (a, b) => a.dueAt - b.dueAt || a.order - b.order);
  #order = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** When the first item is due; null when empty. */
  get nextDueAt(): number | null {
    return this.#entries.peek()?.dueAt ?? null;
  }

  push(dueAt: number, item: T): void {
    this.#entries.push({ dueAt, order: this.#order++, item });
  }

  /** The first item, if it is due at `now`. */
  shiftDue(now: number): T | undefined {
    const first = this.#entries.peek();
    return first === undefined || first.dueAt > now ? undefined : this.#entries.pop()?.item;
  }
}
