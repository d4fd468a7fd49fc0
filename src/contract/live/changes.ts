/** What is announced, each by the ids of its rows. */
export const CHANGE_KINDS = ["tasks", "alerts", "files", "workflows", "backfills", "pauses", "notes"] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/**
 * What one transaction changed: ids of task records, alerts, file events, workflow files, backfills and notes, and of the
 * phases that were paused or resumed (0: all phases). Each id is there once, in no order.
 */
export type Changes = Readonly<Record<ChangeKind, readonly number[]>> & {
  /** It changed more than the ids of an announcement: read again what you show. The lists are empty then. */
  readonly all: boolean;
};

export type ChangeListener = (changes: Changes) => void;

/** Announces what was committed. While nobody listens, nothing is collected. */
export interface ChangeEvents {
  /**
   * `listener` is called after each commit that changed something, in the order of the commits, and must return quickly: the
   * writer waits for it. What it throws becomes a warning of the process. Returns how to stop listening.
   */
  onChange(listener: ChangeListener): () => void;
}
