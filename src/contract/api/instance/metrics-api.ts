/** `GET /api/metrics`: what those who run an instance look at. */
import { z } from "zod";

const spread = z.object({ count: z.int(), mean: z.number(), p50: z.number().nullable(), p99: z.number().nullable() });

const time = z.iso.datetime();
const link = {
  state: z.enum(["connected", "connecting", "disconnected", "stopped"]),
  since: time,
  reason: z.string().nullable(),
  last_message_at: time.nullable(),
  reconnects: z.int(),
  in_flight: z.int(),
};

const run = z.object({ at: time, ms: z.int() }).nullable();

export const metricsAnswer = z.object({
  database: z
    .object({
      size: z.int(),
      wal: z.int(),
      free: z.int(),
      page_size: z.int(),
      max_size: z.int().nullable(),
      growth_per_day: z.int().nullable(),
      days_until_limit: z.number().nullable(),
      measured: run,
      checked: run,
      integrity: z.enum(["clean", "checking", "checked", "broken", "failed"]),
      analyzed: run,
      tables: z.array(
        z.object({
          name: z.string(),
          rows: z.int().nullable(),
          bytes: z.int().nullable(),
          index_bytes: z.int().nullable(),
          growth_per_day: z.int().nullable(),
          rows_per_day: z.int().nullable(),
        }),
      ),
    })
    .describe(
      "Bytes of the file, of its `-wal` and of pages that hold nothing; `max_size` as it is configured. Tables are as they were measured, at most an hour ago (`rows` are null where entries are no rows), and their growth is that of the seven days before. `measured`, `checked` (for damage) and `analyzed` (for the query planner) say when that was last done, and how long it took; null: not yet. `integrity` is the result of the last check: `clean` when none was due, `failed` when it ended without one.",
    ),
  disks: z
    .array(z.object({ path: z.string(), free: z.int(), total: z.int(), level: z.enum(["ok", "low", "full"]) }))
    .describe("Space of the disks that the instance writes to; `full`: it takes nothing in until there is more."),
  page_cache: z.object({ reader: z.int() }).describe("Bytes that the connection which reads may keep in memory."),
  group_size: spread.describe(
    "Messages that were committed together, since the start; percentiles are those of the next bucket.",
  ),
  commit_ms: spread.describe("Milliseconds of such a transaction."),
  tick_lag_ms: spread.describe("Milliseconds from a tick's moment to its transaction."),
  queues: z
    .object({
      outbox: z.int(),
      waiting: z.int(),
      queued: z.int(),
      sent: z.int(),
      running: z.int(),
      overdue: z.int(),
      dead_letters: z.int(),
    })
    .describe("Messages that the bus has not confirmed, tasks by state, and dead letters that were not redriven."),
  process: z
    .object({
      started_at: time,
      host: z.string(),
      pid: z.int(),
      memory: z.int(),
      memory_limit: z.int().nullable(),
      live_listeners: z.int(),
      log_dirs: z.array(z.string()),
    })
    .describe(
      "When it started and where; bytes of memory it has, and may have (null: as much as there is); pages and programs that listen to live events; folders with the output of tasks.",
    ),
  event_loop_delay_ms: z
    .object({ p50: z.number(), p99: z.number(), max: z.number() })
    .describe("How late it was since the request before; 0 when idle, and at the first, which begins to measure."),
  queries: z
    .array(z.object({ name: z.string(), count: z.int(), mean_ms: z.number(), max_ms: z.number() }))
    .describe("Queries of the threads that read, since the start; those that took most time in all first."),
  bus: z
    .object({
      link: z.object({ name: z.string(), ...link }),
      connections: z.array(z.object({ name: z.string(), ...link, depth: z.int().nullable() })),
    })
    .describe("The bus, and each connection to a broker with the messages that wait there, if it says so."),
});
