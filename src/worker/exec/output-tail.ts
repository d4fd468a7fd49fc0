/** More than the longest `msg`, in bytes. */
const KEPT = 8192;

/** The last few kilobytes of a command's output: where its last line is. */
export class OutputTail {
  #chunks: Buffer[] = [];
  #bytes = 0;

  write(chunk: Buffer): void {
    this.#chunks.push(chunk.length > KEPT ? chunk.subarray(-KEPT) : chunk);
    this.#bytes += Math.min(chunk.length, KEPT);
    for (
      let first = this.#chunks[0];
      first !== undefined && this.#bytes - first.length >= KEPT;
      first = this.#chunks[0]
    ) {
      this.#bytes -= first.length;
      this.#chunks.shift();
    }
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString("utf8");
  }
}
