interface Entry<T> {
  readonly dueAt: number;
  readonly order: number;
  readonly item: T;
}

/** Items by the time they are due, and in the order given where that is equal (a binary heap). */
export class DelayHeap<T> {
  readonly #entries: Entry<T>[] = [];
  #order = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** When the first item is due, null when there is none. */
  get nextDueAt(): number | null {
    return this.#entries[0]?.dueAt ?? null;
  }

  push(dueAt: number, item: T): void {
    const entries = this.#entries;
    const entry = { dueAt, order: this.#order++, item };
    let at = entries.length;
    entries.push(entry);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = entries[above];
      if (parent === undefined || before(parent, entry)) break;
      entries[at] = parent;
      at = above;
    }
    entries[at] = entry;
  }

  /** The first item, if it is due at `now`. */
  shiftDue(now: number): T | undefined {
    const first = this.#entries[0];
    if (first === undefined || first.dueAt > now) return undefined;
    const last = this.#entries.pop();
    if (last !== undefined && last !== first) this.#sink(last);
    return first.item;
  }

  #sink(entry: Entry<T>): void {
    const entries = this.#entries;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      let lower = entries[child];
      if (lower === undefined) break;
      const right = entries[child + 1];
      if (right !== undefined && before(right, lower)) {
        child += 1;
        lower = right;
      }
      if (before(entry, lower)) break;
      entries[at] = lower;
      at = child;
    }
    entries[at] = entry;
  }
}

function before<T>(a: Entry<T>, b: Entry<T>): boolean {
  return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order);
}
