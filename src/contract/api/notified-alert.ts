import type { WallMs } from "../time/wall-ms.ts";
/** An alert as it was when its notification was decided; times in milliseconds since 1970. */
export interface NotifiedAlert {
  readonly id: number;
  readonly type: string;
  readonly severity: "info" | "warning" | "critical";
  readonly state: "open" | "resolved";
  /** Null while it is open. */
  readonly resolved_at: number | null;
  /** Who resolved it (`flowlord` for automatic changes), and why. Absent while it is open. */
  readonly resolved_by?: string;
  readonly resolved_note?: string;
  readonly task_type: string;
  readonly job: string;
  readonly task_time: WallMs | null;
  /** IANA zone of the task time; null when no phase is known. Missing in what an earlier version decided. */
  readonly task_zone?: string | null;
  readonly workflow: string;
  readonly message: string;
  /** What its phase says: whom it belongs to, and what to do. Absent: nothing. */
  readonly owner?: string;
  readonly runbook?: string;
  /** Of all occurrences so far. */
  readonly count: number;
  /** Of those in this notification; 0: the channel was notified of it before, and it is resolved. */
  readonly new_count: number;
  /** Of `new_count`: those whose task has completed since. Absent: none. */
  readonly new_recovered?: number;
  readonly first_seen: number;
  readonly last_seen: number;
  /** Of `count`: occurrences whose task is not well yet. */
  readonly open: number;
  /** Record of the newest occurrence. */
  readonly record_id: number | null;
  /** All of its tasks completed before this channel was notified. */
  readonly recovered: boolean;
}

/** The same for programs: its task time is RFC 3339 with the offset of its zone. */
export type SentAlert = Omit<NotifiedAlert, "task_time" | "task_zone"> & {
  readonly task_time: string | null;
  readonly task_zone: string | null;
  /** Its page; absent: nobody said where people reach this instance. */
  readonly url?: string;
};
