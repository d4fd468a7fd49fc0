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
  /** What was recorded in it. */
  readonly changes: number;
}

/**
 * `current`: the database has all of the backup. `older`: the backup has all of the database, and more. `diverged`: each has
 * something that the other has not. `foreign`: they are not of the same instance.
 */
export type Comparison = "current" | "older" | "diverged" | "foreign";

/** `backup`: the history in the newest verified backup, which knows itself. */
export function compareHistories(local: History, backup: History): Comparison {
  const newest = backup.backups.at(-1);
  // Ids are unique: who knows that of another instance's backup has set it aside.
  if (newest !== undefined && local.backups.some(({ id }) => id === newest.id)) return "current";
  if (local.instanceId !== backup.instanceId) return "foreign";
  if (newest === undefined) return "current";
  const parted = local.backups.at(-1);
  // Without any backup of its own the database is as old as the first; nothing says that it stood still since.
  if (parted === undefined) return local.changes === 0 ? "older" : "diverged";
  // As the backup knows it: what it had is found out after the snapshot, in which its own row is older.
  const there = backup.backups.find(({ id }) => id === parted.id);
  return there !== undefined && local.changes === there.changes ? "older" : "diverged";
}
