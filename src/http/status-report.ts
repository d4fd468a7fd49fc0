/** Whether one part of the instance works. */
export interface PartStatus {
  readonly working: boolean;
  /** One sentence when not working. */
  readonly reason: string | null;
}

export interface StorePartStatus extends PartStatus {
  /** Of the check for damage behind a start. */
  readonly integrity: "clean" | "checking" | "checked" | "broken" | "failed";
}

export interface StatusReport {
  readonly bus: PartStatus;
  readonly store: StorePartStatus;
  readonly scheduler: PartStatus;
  /** Services that work, but less well than they could. */
  readonly degraded: readonly { readonly name: string; readonly reason: string }[];
}

export const PARTS = ["bus", "store", "scheduler"] as const satisfies readonly Exclude<
  keyof StatusReport,
  "degraded"
>[];

/** One line for each part that does not work, `part: reason`; empty when all work. */
export function reasons(report: StatusReport): readonly string[] {
  return PARTS.filter((part) => !report[part].working).map(
    (part) => `${part}: ${report[part].reason ?? "not working"}`,
  );
}

/** The report, and whether all of it works. */
export function healthOf(report: StatusReport): StatusReport & { readonly status: "ok" | "failing" } {
  return { status: reasons(report).length === 0 ? "ok" : "failing", ...report };
}

/** A pause in force. */
export interface PausedStatus {
  /** Both empty: all phases. */
  readonly workflow: string;
  readonly task: string;
  /** RFC 3339. Null, as the next three, where the file says `paused`. */
  readonly since: string | null;
  readonly until: string | null;
  readonly by: string | null;
  readonly reason: string | null;
}

/** What people told the instance; it works all the same. */
export interface Steering {
  readonly paused: readonly PausedStatus[];
  /** The workers here take no more tasks. */
  readonly drained: boolean;
  /** Tasks that run here. */
  readonly running: number;
  /** Keys of the configuration whose new values wait for a restart. */
  readonly needs_restart: readonly string[];
  /** How much of each kind waits for a decision after a restore of the database; null: nothing does. */
  readonly restore_held: HeldStatusCounts | null;
}

export interface HeldStatusCounts {
  readonly messages: number;
  readonly ticks: number;
  readonly waiting_tasks: number;
  readonly backfills: number;
  readonly jobs: number;
}

export const NOTHING_HELD: HeldStatusCounts = { messages: 0, ticks: 0, waiting_tasks: 0, backfills: 0, jobs: 0 };

export const NOTHING_STEERED: Steering = {
  paused: [],
  drained: false,
  running: 0,
  needs_restart: [],
  restore_held: null,
};
