import { z } from "zod";

const time = z.iso.datetime();

const link = {
  state: z.enum(["connected", "connecting", "disconnected", "stopped"]),
  /** When the state was entered. */
  since: time,
  /** One sentence when not connected. */
  reason: z.string().nullable(),
  last_message_at: time.nullable(),
  reconnects: z.int(),
  /** Deliveries not yet acknowledged. */
  in_flight: z.int(),
};

const part = z.object({
  working: z.boolean(),
  /** One sentence when not working. */
  reason: z.string().nullable(),
});

/** `GET /status?verbose=1`. */
export const statusAnswer = z.object({
  status: z.enum(["ok", "failing"]),
  version: z.string(),
  bus: part,
  store: part.extend({
    /** Of the check for damage behind a start: `clean` when none was due, `failed` when it ended without a result. */
    integrity: z.enum(["clean", "checking", "checked", "broken", "failed"]),
  }),
  scheduler: part,
  /** Services that work, but less well than they could, each with one sentence why. */
  degraded: z.array(z.object({ name: z.string(), reason: z.string() })).readonly(),
  /** The workers here take no more tasks. */
  drained: z.boolean(),
  /** Tasks that run here. */
  running: z.int(),
  /** Keys of the configuration whose new values wait for a restart. */
  needs_restart: z.array(z.string()),
  /** How much waits for a decision after a restore of the database; null: nothing does. */
  restore_held: z
    .object({
      messages: z.int(),
      ticks: z.int(),
      waiting_tasks: z.int(),
      backfills: z.int(),
      jobs: z.int(),
    })
    .nullable(),
  /** Pauses in force: of one phase, or of all (then workflow and task are empty). */
  paused: z.array(
    z.object({
      workflow: z.string(),
      task: z.string(),
      /** Null, as the next three, where the file says `paused`. */
      since: time.nullable(),
      until: time.nullable(),
      by: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  ),
  /** All connections together. */
  link: z.object({ name: z.string(), ...link }),
  /** Each connection to a broker; empty for a bus without one. */
  connections: z.array(
    z.object({
      name: z.string(),
      ...link,
      /** Messages that wait there, if the broker reports it. */
      depth: z.int().nullable(),
    }),
  ),
});
export type StatusAnswer = z.infer<typeof statusAnswer>;
