/** Why the database was restored: there was none, somebody said so, or `backup.on_divergence` is `remote`. */
export type RestoreReason = "missing" | "hand" | "remote";

/** `held`: what was going on at the restored moment waits for somebody's decision; `none`: nothing does. */
export type RestoreState = "held" | "accepted" | "dropped" | "none";

/** `restores`. Times are milliseconds since 1970. */
export interface RestoreRow {
  /** UUID. */
  readonly id: string;
  /** Null: a plain copy of the older program. */
  readonly backup_id: string | null;
  /** The moment whose data it is. */
  readonly data_at: number;
  readonly restored_at: number;
  readonly reason: RestoreReason;
  /** Where the file is that was replaced; null: there was none. */
  readonly kept_aside: string | null;
  readonly state: RestoreState;
  /** Null: the alert is still to be raised. */
  readonly alerted_at: number | null;
}
