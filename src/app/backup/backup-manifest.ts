import { z } from "zod";

/** What is stored beside each backup, once it has been restored and checked. Its form may grow; `format` says when it changes. */
export const backupManifest = z.object({
  format: z.literal(1),
  id: z.uuid(),
  created_at: z.iso.datetime(),
  verified_at: z.iso.datetime(),
  program_version: z.string(),
  schema_version: z.int(),
  instance_id: z.string(),
  /** The machine it was made on; earlier versions did not say. */
  host: z.string().optional(),
  /** How much the database had recorded. */
  changes: z.int(),
  /** The backups that the database knew, oldest first, itself last. */
  backups: z.array(z.object({ id: z.string(), changes: z.int() })),
  object: z.object({
    key: z.string(),
    version: z.string(),
    bytes: z.int(),
    sha256: z.string(),
    compression: z.literal("zstd"),
    encryption: z.enum(["none", "age"]),
  }),
  database: z.object({ bytes: z.int(), sha256: z.string() }),
  /**
   * Segments that go on from it: those after the number `after` of the epoch, of which those up to `through` have all that is
   * in it. Not there: none do.
   */
  segments: z.object({ epoch: z.uuid(), after: z.int(), through: z.int(), through_at: z.iso.datetime() }).optional(),
  /** By table. */
  rows: z.record(z.string(), z.int()),
});

export type BackupManifest = z.infer<typeof backupManifest>;
