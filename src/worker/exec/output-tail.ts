/** More than the longest `msg`, in bytes. */
const RETAINED_BYTES = 8192;

/** The last few kilobytes of a command's output, which contain its last line. */
export class OutputTail {
  #chunks: Buffer[] = [];
  #bytes = 0;

  write(chunk: Buffer): void {
    this.#chunks.push(chunk.length > RETAINED_BYTES ? chunk.subarray(-RETAINED_BYTES) : chunk);
    this.#bytes += Math.min(chunk.length, RETAINED_BYTES);
    for (
      let first = this.#chunks[0];
      first !== undefined && this.#bytes - first.length >= RETAINED_BYTES;
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
