import type { StoreCounts } from "../../src/store/store.ts";

/** The counts of a database without a row. */
export const EMPTY_COUNTS: StoreCounts = {
  records: 0,
  unfinished: 0,
  open: { waiting: 0, queued: 0, sent: 0, running: 0, overdue: 0 },
  outbox: 0,
  deadLetters: 0,
  bytes: 0,
};
