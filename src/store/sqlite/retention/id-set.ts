/** Ids of one block are bits of one array. */
const BLOCK_BITS = 32_768;

/** Ids of records, a bit each: those of ten million take a megabyte. */
export class IdSet {
  readonly #blocks = new Map<number, Uint8Array>();

  get isEmpty(): boolean {
    return this.#blocks.size === 0;
  }

  has(id: number): boolean {
    const bit = id % BLOCK_BITS;
    return (((this.#blocks.get(Math.floor(id / BLOCK_BITS))?.[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1;
  }

  add(id: number): void {
    const number = Math.floor(id / BLOCK_BITS);
    const block = this.#blocks.get(number) ?? new Uint8Array(BLOCK_BITS / 8);
    this.#blocks.set(number, block);
    const bit = id % BLOCK_BITS;
    block[bit >> 3] = (block[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
}
