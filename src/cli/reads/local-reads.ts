import { localAccess } from "./local-access.ts";
import { localAlerts } from "./local-alerts.ts";
import { localBackfills } from "./local-backfills.ts";
import { localBackups } from "../backup/backup-reads.ts";
import { localRestore } from "../backup/restore-reads.ts";
import type { CommandReads } from "./command-reads.ts";
import { localFiles } from "./local-files.ts";
import { localLogs } from "./local-logs.ts";
import type { LocalParts } from "./local-parts.ts";
import { localPlans } from "./local-plans.ts";
import { localTasks } from "./local-tasks.ts";

/** From the database of this machine, also beside a running instance, and from its workflow files. */
export function localReads(parts: LocalParts): CommandReads {
  return {
    tasks: localTasks(parts),
    logs: localLogs(parts),
    files: localFiles(parts),
    alerts: localAlerts(parts),
    backfills: localBackfills(parts),
    backups: localBackups(parts),
    restore: localRestore(parts),
    access: localAccess(parts),
    plans: localPlans(parts),
  };
}
