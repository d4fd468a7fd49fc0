import type { DecisionCode } from "../../src/core/decide/effects.ts";

/** The sentence of each decision, as every-decision.test.ts causes it; docs/why.md shows the same. */
export const SAYS: Readonly<Record<DecisionCode, string>> = {
  tick_fired: "started because the schedule `0 * * * *` of a was due at 2026-11-24 13:00:00Z",
  tick_skipped:
    "not started at 2026-11-24 12:02:00Z: `overlap = skip`, and a has 1 unfinished of at most 1, the oldest is record 1",
  tick_missed:
    "3 ticks of a (2026-11-24 13:00:00Z to 2026-11-24 15:00:00Z) passed while Flowlord was down; `catchup = none` skips them",
  tick_late:
    "started 2m 00s late: the schedule `0 * * * *` of a was due at 2026-11-24 13:00:00Z while Flowlord was down, and `catchup = last` catches it up",
  batch_empty: "nothing to do for a at 2026-11-24 13:00:00Z: its batch has no rows (`<dir>/rows.json`)",
  child_started: "started because `root` (record 1) completed; `require={meta:file}` was met by `/out/x.csv`",
  require_missing: "a not started: the meta of root lacks region, which `require` asks for; it has workflow, cron",
  join_waiting: "a not started yet: `join=all` waits for other; arrived so far: root",
  cycle:
    "root not started: it depends on root in a cycle and is among its own ancestors for the same task time; only a `require` lets a cycle continue",
  overlap_skipped:
    "a not started for root: `overlap = skip`, and a has 1 unfinished of at most 1, the oldest is record 2",
  child_exists: "children not started: an attempt of this task started them before, and each is started once",
  no_rows: "a not started: rows of unequal length in meta: x has 2, y has 1",
  retry_scheduled: "retry as attempt 2 of 3, due at 2026-11-24 12:00:01Z, 1.0 s after the error: boom",
  retries_exhausted: "not retried (the phase has no `retry`) and sent to retry-failed: boom",
  retry_cancelled: "attempt 2 (record 2) cancelled: the attempt before it completed after all",
  result_recorded: "result warn recorded; only complete starts children, only error is retried",
  result_unknown:
    "result `done` is not known; a worker reports complete, error, warn or alert: the message is dead letter 1",
  duplicate_ignored:
    "another message (complete) for this attempt was ignored: complete was recorded before, and only complete replaces an earlier result",
  late_result: "error of attempt 2 came late: attempt 3 (record 1) exists already, so nothing follows from it",
  failed_fed_back:
    "an exhausted task was sent to Flowlord again (its meta says retry=failed): recorded, neither retried nor sent to the failed topic again",
  phase_unknown: "no phase root is in force in flow.toml: not retried; an alert, because its meta names a workflow",
  phase_paused: "a was paused by ann until 2026-11-24 13:00:00Z: new disk",
  phase_resumed: "a was resumed: its pause was until 2026-11-24 13:00:00Z",
  pause_dropped:
    "cancelled while it waited for the resume: ann resumed a without what it kept (`flowlord resume --drop`): moved",
  drained: "ann drained the workers of this instance: they take no more tasks",
  drain_ended: "ann let the workers of this instance take tasks again",
  file_matched: "started because /in/a.csv matches `/in/*.csv` of a",
  file_unmatched: "/out/a.csv matches the pattern of no phase in force",
  file_repeated: "the message m-1 was delivered again by the bus and ignored",
  file_redriven: "/in/a.csv was redriven by hand (ann: new phase): it matches 2 phases; 1 new task",
  file_gathering: "a waits for more files: 1 of the 2 that `gather` asks for have arrived, /in/a.csv the last",
  file_not_new: "gs://in/a.csv has not arrived: the notification says OBJECT_DELETE",
  template_open:
    "the date tokens of the template `?day={yyyy}-{mm}-{dd}` of a stay open for /in/a.csv, because its path has no date: the task was sent with them",
  task_too_large: "a task of a was not made: it has 4200069 characters, at most 1048576 can be handled",
  file_missing: "no file for a came in time: 0 of 1 that match `/in/*.csv` by `expect_by = 0 * * * *`",
  held: "made because the schedule `* * * * *` of a was due at 2026-11-24 12:02:00Z; it waits for a slot, because a has 1 unfinished of at most 1, the oldest is record 1",
  released: "sent: a slot of a became free when record 1 was done",
  held_cancelled:
    'cancelled while it waited for a slot: the phase was removed from its file, which says `on_removed = "cancel"`',
  phase_retired:
    "the phase was removed from its file; 1 task of it waited for a slot: sent under the cap of 1 that it had",
  incomplete:
    "no result came in time, which was until 2026-11-24 13:10:00Z: the task is overdue, a result that comes still counts",
  requeued:
    "no longer running: load on host-1 (pid 7) has not reported since 2026-11-24 12:00:00Z, as it had promised to; the bus delivers the task again",
  alert_suppressed: "no alert (retry_exhausted): the phase says `no_alert`",
  created_by_hand: "created by hand (a test)",
  retried_by_hand: "attempt 2 of the same task, retried by hand (ann: the disk was full): record 1 was error",
  copied_by_hand: "copied by hand (ann) and edited (record 2)",
  cancelled_by_hand:
    "cancelled by hand (ann: not needed): it was queued; a result that comes later is recorded and starts nothing",
  marked_by_hand: "marked complete by hand (ann: done elsewhere): it was error",
  note_added: "note 1 by ann: the disk was full",
  note_removed: "note 1 removed by hand (ann: solved); ann had written: the disk was full",
  backfilled: "made by backfill 1 of ann",
  backfill_changed: "backfill 1 of a was begun by ann: `last week`",
  backfill_cancelled:
    "cancelled with backfill 1 (ann: not needed): it was queued; a result that comes later is recorded and starts nothing",
  external_task: "reported by a worker; Flowlord did not send this task, but knows root",
  published: "2 messages published to clean by hand (ann: a test)",
  redriven: "dead letter 1 was redriven to done (ann: repaired)",
  restore_held:
    "not sent: it waited in the outbox of the restored database, and may have been sent before the restore (data of 2026-11-24 12:00:00Z, restored at 2026-11-24 18:00:00Z); `flowlord restore accept` sends it, `flowlord restore drop` cancels it",
  restore_found: "found on the bus, to which it was sent before the restore of the database: it is not sent again",
  restore_accepted: "sent: what the restore of the database held was accepted (ann: it is wanted)",
  restore_dropped: "cancelled: what the restore of the database held was dropped (ann: it ran)",
  removal_accepted: "workflow files that are gone were taken for removed by hand (ann: moved): flow.toml",
  imported: "imported from the older Flowlord: 35 rows of task_log, 21 rows of events",
};
