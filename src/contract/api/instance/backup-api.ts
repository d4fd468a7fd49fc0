/** Backups of the database. Times are RFC 3339. */
import { z } from "zod";
import { pageQuery, pagination } from "../list.ts";

export const BACKUP_STATES = ["running", "verified", "failed", "set_aside"] as const;

/** `GET /api/backups` */
export const backupsQuery = z.strictObject({
  ...pageQuery,
  state: z.enum(BACKUP_STATES).optional().describe("Only those in this state."),
});

const bytes = z.int().nonnegative();

export const backup = z
  .object({
    id: z.string(),
    reason: z.enum(["schedule", "hand", "stop", "restore"]),
    state: z.enum(BACKUP_STATES),
    started_at: z.string(),
    ended_at: z.string().nullable(),
    target: z.string().describe("The address of the bucket or folder."),
    object: z.string().nullable().describe("The key of the copy below the target."),
    schema_version: z.int().nullable(),
    database_bytes: bytes.nullable(),
    object_bytes: bytes.nullable(),
    database_sha256: z.string().nullable(),
    object_sha256: z.string().nullable(),
    encrypted: z.boolean(),
    rows: z.record(z.string(), z.int()).nullable().describe("By table."),
    snapshot_ms: z.int().nullable(),
    upload_ms: z.int().nullable(),
    verify_ms: z.int().nullable(),
    removed_at: z.string().nullable().describe("When the keep policy removed it from the bucket."),
    failure: z.string().nullable().describe("Why it is not good."),
    progress: z
      .object({ step: z.enum(["snapshot", "upload", "verify"]), done: bytes, total: bytes })
      .nullable()
      .describe("How far it is while it is made: bytes of the database. Null when it is not being made here."),
  })
  .describe("`verified`: it was restored and compared.");

export const backupsAnswer = z.object({
  backups: z.array(backup),
  next_at: z.string().nullable().describe("When the next is due; null: none is configured, or only by hand."),
  continuous: z
    .object({
      covered_until: z
        .string()
        .nullable()
        .describe("Everything that was committed until then can be restored; null: not yet."),
      lag_seconds: z.number().nonnegative().describe("How far behind that is."),
      epoch: z.string().nullable().describe("The unbroken row of segments; null: none has begun."),
      segment: z.int().nonnegative().describe("Its last segment."),
      waiting_segments: z.int().nonnegative().describe("Those that are not in the bucket yet."),
      waiting_bytes: bytes,
      problem: z.string().nullable().describe("Why it is behind, when that is known."),
    })
    .nullable()
    .describe("What is stored between two backups; null: nothing."),
  pagination,
});

export const backupParams = z.strictObject({ id: z.string().max(100) });

export const backupAnswer = z.object({ backup });

/** `POST /api/backup` */
export const backUpRequest = z.strictObject({});

export const backUpAnswer = z.object({ id: z.string().describe("GET /api/backups/{id} says how far it is.") });

export type ContinuousJson = NonNullable<z.infer<typeof backupsAnswer>["continuous"]>;

export type BackupJson = z.infer<typeof backup>;
