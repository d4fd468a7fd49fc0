import type { WallMs } from "../contract/time/wall-ms.ts";

/** A committed message that must go out now. */
export interface OutboxRow {
  readonly id: number;
  /** Of its task; null for other messages. */
  readonly recordId: number | null;
  readonly topic: string;
  readonly payload: string;
}

export type SentRow = Pick<OutboxRow, "id" | "recordId">;

/** A row that the bus refused, and why. */
export interface RefusedRow {
  readonly id: number;
  readonly topic: string;
  readonly reason: string;
  /** False: somebody was told before. */
  readonly isNew: boolean;
}

export interface RefusedTask {
  readonly recordId: number;
  readonly phaseId: number;
  readonly taskId: string;
  readonly type: string;
  readonly job: string;
  readonly meta: string;
  readonly created: number | null;
  readonly taskTime: WallMs | null;
  readonly workflow: string;
}
