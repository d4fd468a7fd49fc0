/** A committed message that must go out now. */
export interface OutboxRow {
  readonly id: number;
  /** Of its task; null for other messages. */
  readonly recordId: number | null;
  readonly topic: string;
  readonly payload: string;
}

export type SentRow = Pick<OutboxRow, "id" | "recordId">;
