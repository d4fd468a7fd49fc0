import { batchTask, type BatchSource, type BatchTask } from "../decide/batch.ts";
import type { Row } from "../task/batch-rows.ts";
import { metaKeys } from "../task/template.ts";
import type { Phase } from "../workflow/phase.ts";
import type { SlotClass } from "./slot-class.ts";
import { scheduledTimes, type SlotSpan, type SlotTimes, steppedTimes } from "./slot-times.ts";

/** What a backfill makes: one task a moment and row. Plain data, kept with the backfill. */
export interface BackfillSpec extends SlotSpan {
  readonly type: string;
  readonly job: string;
  /** As in meta; empty when the tasks belong to none. */
  readonly workflow: string;
  readonly template: string;
  /** The ticks of the phase instead of steps. */
  readonly bySchedule: boolean;
  /** Null: none are given, and `{meta:key}` stays as it is. */
  readonly rows: readonly Readonly<Record<string, string>>[] | null;
  /** Zone of phases that name none. */
  readonly processZone: string;
}

/** One task to make: its moment, and the index of its row (0 without rows). */
export interface Slot {
  readonly at: number;
  readonly row: number;
}

/** A slot with the task that it would make. */
export interface PreviewedSlot {
  readonly slot: Slot;
  readonly task: BatchTask;
  readonly class: SlotClass;
  /** It gets a task. */
  readonly isSelected: boolean;
}

/** The slots after `cursor` in their order, made one by one. `phase`: that of the specification, for its schedule. */
export function* slotsAfter(spec: BackfillSpec, phase: Phase | null, cursor: Slot | null): Iterable<Slot> {
  const last = Math.max(1, spec.rows?.length ?? 1) - 1;
  const isNewest = spec.order === "newest";
  if (cursor !== null) yield* rowsOf(cursor.at, isNewest ? cursor.row - 1 : cursor.row + 1, last, isNewest);
  for (const at of timesOf(spec, phase)(cursor?.at ?? null)) yield* rowsOf(at, isNewest ? last : 0, last, isNewest);
}

function* rowsOf(at: number, from: number, last: number, isNewest: boolean): Iterable<Slot> {
  for (let row = from; row >= 0 && row <= last; row += isNewest ? -1 : 1) yield { at, row };
}

function timesOf(spec: BackfillSpec, phase: Phase | null): SlotTimes {
  if (!spec.bySchedule) return steppedTimes(spec);
  return phase === null ? () => [] : scheduledTimes(phase, spec, spec.processZone);
}

/** Makes the tasks of slots, as a batch of the phase makes them. */
export function slotTasks(
  spec: BackfillSpec,
  { host, uuid }: Pick<BatchSource, "host" | "uuid">,
): (slot: Slot) => BatchTask {
  const keys = metaKeys(spec.template, () => true);
  const rows: readonly Row[] = (spec.rows ?? []).map((row) => new Map(Object.entries(row)));
  const source: BatchSource = { ...spec, host, uuid };
  return ({ at, row }) => batchTask(source, keys, at, rows[row] ?? null, row);
}
