import type { AccessReads } from "./access-reads.ts";
import type { AlertReads } from "./alert-reads.ts";
import type { BackfillReads } from "./backfill-reads.ts";
import type { BackupReads } from "../backup/backup-reads.ts";
import type { RestoreReads } from "../backup/restore-reads.ts";
import type { FileReads } from "./file-reads.ts";
import type { LogReads } from "./log-reads.ts";
import type { PlanReads } from "./plan-reads.ts";
import type { TaskReads } from "./task-reads.ts";

/** What commands show: of the database of this machine, or through the API of an instance elsewhere. Both give the same. */
export interface CommandReads {
  readonly tasks: TaskReads;
  readonly logs: LogReads;
  readonly files: FileReads;
  readonly alerts: AlertReads;
  readonly backfills: BackfillReads;
  readonly backups: BackupReads;
  readonly restore: RestoreReads;
  readonly access: AccessReads;
  readonly plans: PlanReads;
}
