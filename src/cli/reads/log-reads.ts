import type { LoggedRecord } from "../../store/log-queries.ts";

/** The output of one delivery of an attempt, while it is read. */
export interface ReadableLog {
  readonly path: string;
  size(): Promise<number>;
  /** Its end has not come from the other machine. */
  isPartial(): Promise<boolean>;
  /** The bytes from `from` up to `to`, in pieces. */
  range(from: number, to: number): AsyncGenerator<Buffer>;
  /** Where the last `lines` lines before `end` begin. */
  tailStart(lines: number, end: number): Promise<number>;
  close(): Promise<void>;
}

export interface FoundOutput {
  /** The newest delivery; null: there is none, or it is gone since. */
  readonly log: ReadableLog | null;
  /** Paths of earlier deliveries of the attempt. */
  readonly earlier: readonly string[];
}

export interface LogReads {
  /** By record number, or by run id: then all records of the run, oldest first. */
  records(id: string): Promise<readonly LoggedRecord[]>;
  /** All attempts of the task of this record, in their order. */
  attempts(record: LoggedRecord): Promise<readonly LoggedRecord[]>;
  /** The newest output of a record. `known`: a path that needs not be opened again; then `log` is null too. Throws LogError. */
  open(record: LoggedRecord, known: string | null): Promise<FoundOutput>;
  /** Why a record has no output here, one sentence. */
  whyNone(record: LoggedRecord): Promise<string>;
}
