/** Numbers that look random and are the same for the same seed (sfc32). */
export class Chance {
  #a = 0x9e37_79b9;
  #b = 0x243f_6a88;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.#c = seed | 0;
    this.#a ^= Math.floor(seed / 0x1_0000_0000);
    for (let round = 0; round < 12; round += 1) this.bits();
  }

  /** 32 bits, as an unsigned number. */
  bits(): number {
    const mixed = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + mixed) | 0;
    return mixed >>> 0;
  }

  /** In [0, 1). */
  next(): number {
    return this.bits() / 0x1_0000_0000;
  }

  /** An integer from 0 to `end` - 1. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  pick<T>(list: readonly T[]): T {
    const one = list[this.below(list.length)];
    if (one === undefined) throw new Error("nothing to pick from");
    return one;
  }

  happens(share: number): boolean {
    return this.next() < share;
  }

  /** An integer whose mean is `mean`: the one below or the one above it. */
  around(mean: number): number {
    const low = Math.floor(mean);
    return low + (this.next() < mean - low ? 1 : 0);
  }

  /** Durations: half are below the median, a few far above it. */
  duration(median: number, spread: number): number {
    // The sum of four is near enough to a bell.
    const bell = (this.next() + this.next() + this.next() + this.next() - 2) * 1.73;
    return median * Math.exp(bell * spread);
  }

  /** Eight hex digits. */
  hex(): string {
    return this.bits().toString(16).padStart(8, "0");
  }

  /** A UUID of version 7 for a moment. */
  idAt(ms: number): string {
    const time = Math.floor(ms).toString(16).padStart(12, "0");
    const [one, two, three] = [this.hex(), this.hex(), this.hex()];
    return `${time.slice(0, 8)}-${time.slice(8)}-7${one.slice(0, 3)}-8${one.slice(3, 6)}-${two}${three.slice(0, 4)}`;
  }
}
