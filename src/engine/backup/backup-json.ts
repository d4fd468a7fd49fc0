import type { BackupJson, ContinuousJson } from "../../contract/api/instance/backup-api.ts";
import type { BackupRow } from "../../store/backup/backup-store.ts";
import type { ContinuousStatus } from "./continuous-status.ts";
import type { BackupStatus } from "./back-up.ts";

/** A backup as the API and the commands show it. `status`: null where none is being made. */
export function backupJson(row: BackupRow, status: Pick<BackupStatus, "running"> | null): BackupJson {
  const { started_at, ended_at, removed_at, encrypted, table_rows, changes: _, object_version: __, ...rest } = row;
  return {
    ...rest,
    started_at: new Date(started_at).toISOString(),
    ended_at: timeText(ended_at),
    removed_at: timeText(removed_at),
    encrypted: encrypted === 1,
    rows: table_rows === null ? null : (JSON.parse(table_rows) as Record<string, number>),
    progress: status?.running?.id === row.id ? status.running.progress : null,
  };
}

export function continuousJson({
  coveredUntil,
  lagMs,
  waiting,
  epoch,
  segment,
  problem,
}: ContinuousStatus): ContinuousJson {
  return {
    covered_until: timeText(coveredUntil),
    lag_seconds: lagMs / 1000,
    epoch,
    segment,
    waiting_segments: waiting.segments,
    waiting_bytes: waiting.bytes,
    problem,
  };
}

function timeText(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
