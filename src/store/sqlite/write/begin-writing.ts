import type { SqliteStoreParts } from "../store-parts.ts";
import { releaseAll } from "./lost-tasks.ts";
import type { Tables } from "./tables.ts";

/**
 * The first transaction of a process: what the last one left is free, and what a restore brought back is held. Returns whether the
 * file is opened by this path for the first time.
 */
export function beginWriting(
  tables: Tables,
  { now, owner, realPath }: Pick<SqliteStoreParts, "now" | "owner" | "realPath">,
): boolean {
  const { state } = tables;
  tables.notifications.resend();
  if (state.stoppedCleanly()) state.markCleanStop(null);
  else releaseAll(tables, now());
  tables.reports.markUnowned();
  tables.backups.abandon(now());
  tables.held.begin(now());
  state.nameInstance(owner);
  return state.openedAs(realPath);
}
