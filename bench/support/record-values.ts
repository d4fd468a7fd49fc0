import { HOUR } from "../../src/contract/time/time-units.ts";
import { infoHash } from "../../src/store/sqlite/tasks/info-hash.ts";

/** The values that differ between bare records; the others are those of any such task. */
export interface BareRecord {
  readonly id: number;
  readonly taskId: string;
  readonly type: string;
  readonly job: string;
  readonly info: string;
  readonly meta: string;
  readonly origin: "tick" | "child";
  readonly parentId: number | null;
  readonly taskTime: number;
  readonly phaseId: number;
  readonly workflow: string;
  readonly scheduledAt: number | null;
  readonly position: number;
  readonly now: number;
  /** When and how it ended; null while it is queued. */
  readonly end: { readonly msg: string; readonly started: number; readonly ended: number; readonly at: number } | null;
}

const TASK_TTL = 4 * HOUR;

/** The values of the store's statement `record.insert`, in its order. */
export function recordValues(record: BareRecord): unknown[] {
  const { id, now, end } = record;
  return [
    id,
    record.taskId,
    record.type,
    record.job,
    record.info,
    infoHash(record.info),
    record.meta,
    end?.msg ?? "",
    end === null ? "" : "complete",
    end === null ? "queued" : "finished",
    0, // held
    0, // holds_slot
    record.origin,
    0, // attempt
    id, // first_attempt_id
    record.parentId,
    record.taskTime,
    record.phaseId,
    1, // version_id
    record.workflow,
    record.scheduledAt,
    record.position,
    Math.floor(now / 1000) * 1000, // created
    now,
    now, // due_at
    now + TASK_TTL,
    end?.started ?? null,
    end?.ended ?? null,
    end?.at ?? null,
  ];
}
