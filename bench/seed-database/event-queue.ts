/** What happens at a moment. */
export interface Event {
  readonly at: number;
}

/** Events by time, the earliest first; a binary heap. */
export class EventQueue<E extends Event> {
  readonly #heap: E[] = [];

  push(event: E): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(event);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const other = heap[above];
      if (other === undefined || other.at <= event.at) break;
      heap[at] = other;
      at = above;
    }
    heap[at] = event;
  }

  /** Undefined when none is before `end`. */
  popBefore(end: number): E | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined || first.at >= end) return undefined;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      let child = heap[below];
      if (child === undefined) break;
      const right = heap[below + 1];
      if (right !== undefined && right.at < child.at) {
        child = right;
        below += 1;
      }
      if (child.at >= last.at) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
    return first;
  }
}
