import type { CreateBackfillRequest } from "../../contract/api/workflows/backfill-api.ts";
import type { WallMs } from "../../contract/time/wall-ms.ts";
import type { SlotClass } from "../../core/backfill/slot-class.ts";
import type { BackfillSummary } from "../../core/backfill/summary.ts";
import type { BackfillRow, BackfillSlotRow } from "../../store/backfill-store.ts";

/** A backfill with what people want to know of it. */
export type ShownBackfill = Omit<BackfillRow, "spec" | "planned"> & BackfillSummary;

/** A task that a backfill would make, or pass over. */
export interface PreviewedSlot {
  readonly class: SlotClass;
  readonly isSelected: boolean;
  /** The moment that the task is about. */
  readonly at: number;
  readonly taskTime: WallMs | null;
  readonly type: string;
  readonly job: string;
  readonly info: string;
  readonly meta: string;
}

export interface BackfillReads {
  /** Newest first. */
  list(number: number, before: number | null): Promise<readonly ShownBackfill[]>;
  one(id: number): Promise<ShownBackfill | null>;
  failedSlots(id: number, number: number): Promise<readonly BackfillSlotRow[]>;
  /** Page after page, with the zone of its task times. Throws BackfillError. */
  preview(
    request: CreateBackfillRequest,
  ): AsyncGenerator<{ readonly zone: string; readonly slots: readonly PreviewedSlot[] }, void, undefined>;
}
