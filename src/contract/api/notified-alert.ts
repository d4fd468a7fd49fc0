/** An alert as it was when its notification was decided; times in milliseconds since 1970. */
export interface NotifiedAlert {
  readonly id: number;
  readonly type: string;
  readonly severity: "info" | "warning" | "critical";
  readonly task_type: string;
  readonly job: string;
  readonly task_time: number | null;
  readonly workflow: string;
  readonly message: string;
  /** Of all occurrences so far. */
  readonly count: number;
  /** Of those in this notification. */
  readonly new_count: number;
  readonly first_seen: number;
  readonly last_seen: number;
}
