/** Lets things happen later, each after those before it, also when the delay becomes shorter in between. */
export class Late {
  readonly #delayMs: () => number;
  #waiting: { readonly due: number; readonly happen: () => void }[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(delayMs: () => number) {
    this.#delayMs = delayMs;
  }

  pass(happen: () => void): void {
    const delay = this.#delayMs();
    if (delay === 0 && this.#waiting.length === 0) {
      happen();
      return;
    }
    this.#waiting.push({ due: performance.now() + delay, happen });
    this.#wait();
  }

  /** What still waits never happens. */
  drop(): void {
    this.#waiting = [];
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #wait(): void {
    const [first] = this.#waiting;
    if (first === undefined || this.#timer !== null) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#waiting.shift();
        first.happen();
        this.#wait();
      },
      Math.max(0, first.due - performance.now()),
    );
  }
}
