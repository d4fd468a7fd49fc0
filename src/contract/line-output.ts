/** Where a log goes. Nobody has to read it, and writing never waits. */
export interface LineOutput {
  readonly isTerminal: boolean;
  /** A line without its line break; false: left out, because the earlier ones are not read. */
  write(line: string): boolean;
  /** There are no more lines. What is not written yet holds the process only shortly. */
  close(): void;
}
