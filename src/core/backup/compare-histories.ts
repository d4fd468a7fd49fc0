/**
 * Each backup leaves its id in the database before the snapshot is taken, and a restore leaves the ids of the backups that
 * it set aside. So a database that knows the id of a backup has all that was in it, or gave it up knowingly: what is newer is
 * told by content, never by the clocks of two machines.
 */

/** A database, or what a backup says of the one it was made of. */
export interface History {
  /** Made with the database; a copy keeps it. */
  readonly instanceId: string;
  /** Backups that it knows, oldest first. */
  readonly backups: readonly KnownBackup[];
  /** Grows with what is recorded: the sum of the highest ids of the tables to which rows are only added. */
  readonly changes: number;
}

export interface KnownBackup {
  readonly id: string;
  /** When it was made. */
  readonly changes: number;
}

/**
 * `current`: the database has all of the backup. `older`: the backup has all of the database, and more. `diverged`: each has
 * something that the other has not. `foreign`: they are not of the same instance.
 */
export type Comparison = "current" | "older" | "diverged" | "foreign";

/** `backup`: the history in the newest verified backup, which knows itself. */
export function compareHistories(local: History, backup: History): Comparison {
  if (local.instanceId !== backup.instanceId) return "foreign";
  const newest = backup.backups.at(-1);
  if (newest === undefined || local.backups.some(({ id }) => id === newest.id)) return "current";
  const known = new Set(backup.backups.map(({ id }) => id));
  const parted = local.backups.at(-1);
  // Without any backup of its own the database is as old as the first; nothing says that it stood still since.
  if (parted === undefined) return local.changes === 0 ? "older" : "diverged";
  return known.has(parted.id) && local.changes === parted.changes ? "older" : "diverged";
}
