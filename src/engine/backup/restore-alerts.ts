import { newAlert } from "../../core/decide/new-alert.ts";
import type { RestoreRow } from "../../store/backup/restore-row.ts";
import type { Store } from "../../store/store.ts";

type AlertStore = Pick<Store, "backups" | "record">;

/** An alert of each restore, however it was made; killed in between, it is raised once more. */
export async function announceRestores(store: AlertStore, now: number): Promise<void> {
  for (const restore of await store.backups.restoresToAlert()) {
    await store.record(
      { alerts: [newAlert("database_restored", textOf(restore), { cause: restore.id })], decisions: [] },
      now,
    );
    await store.backups.alertedRestore(restore.id, now);
  }
}

/** The start could not compare the database with its backups, which are at `cause`; the next good one ends it. */
export async function unreachableAlert(
  store: Pick<Store, "record">,
  reason: string,
  cause: string,
  now: number,
): Promise<void> {
  const text = `the backups in ${cause} could not be read at the start, so the database was not compared with them: ${reason}`;
  await store.record({ alerts: [newAlert("backup_failed", text, { cause })], decisions: [] }, now);
}

const WHY: Readonly<Record<RestoreRow["reason"], string>> = {
  missing: "there was none",
  hand: "somebody restored it",
  remote: "backup.on_divergence is remote",
};

function textOf({ backup_id: id, data_at: at, reason, kept_aside: kept }: RestoreRow): string {
  const from = id === null ? "the older program's copy" : `the backup ${id}`;
  const aside = kept === null ? "" : `; what was there is kept as ${kept}`;
  return `the database was restored from ${from} of ${new Date(at).toISOString()} (${WHY[reason]}): what was recorded after that is not in it${aside}`;
}
