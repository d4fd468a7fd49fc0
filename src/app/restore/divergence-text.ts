import type { Comparison } from "../../core/backup/compare-histories.ts";
import type { LocalHistory } from "../../store/sqlite/backup/local-history.ts";
import { newestSchema } from "../../store/sqlite/backup/snapshot.ts";
import type { BackupManifest } from "../backup/backup-manifest.ts";

export type Divergence = Exclude<Comparison, "current">;

const WHY: Readonly<Record<Divergence, string>> = {
  older: "the backup has all that the database has, and more",
  diverged: "each has something that the other has not",
  foreign: "they are of two instances",
};

export interface Sides {
  readonly path: string;
  readonly target: string;
  readonly local: LocalHistory;
  readonly manifest: BackupManifest;
}

/** What the database and the newest backup have, on two lines. */
export function sidesText({ path, target, local, manifest }: Sides): string {
  const { history, lastBackup } = local;
  const last = lastBackup === null ? "none" : `${lastBackup.id} of ${timeText(lastBackup.at)}`;
  const rows = Object.values(manifest.rows).reduce((sum, count) => sum + count, 0);
  return [
    `  database  ${path}: instance ${history.instanceId || "unknown"}, ${countText(history.changes, "change")}, last backup ${last}`,
    `  backup    ${target}: instance ${manifest.instance_id}, ${countText(manifest.changes, "change")}, ${countText(rows, "row")}, ${manifest.id} of ${manifest.created_at}`,
  ].join("\n");
}

/** Why a start is refused, and the two commands to choose with. */
export function divergenceText(divergence: Divergence, sides: Sides): string {
  const schema = sides.manifest.schema_version;
  const isNewer = schema > newestSchema();
  const choice = isNewer
    ? `  flowlord restore          takes the backup: by Flowlord ${sides.manifest.program_version} or a newer one, which knows its schema ${schema}`
    : "  flowlord restore          takes the backup; the database is kept aside";
  return [
    `The database is not what its newest backup is of: ${WHY[divergence]}. Nothing was changed, and Flowlord does not start.`,
    sidesText(sides),
    "Choose one of them:",
    choice,
    "  flowlord restore --local  keeps the database; the backup is set aside, and stays where it is",
    'A start chooses by itself with backup.on_divergence = "remote" or "local".',
  ].join("\n");
}

export function whyDiverged(divergence: Divergence): string {
  return WHY[divergence];
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}

function countText(count: number, one: string): string {
  return `${count.toLocaleString("en-US")} ${one}${count === 1 ? "" : "s"}`;
}
