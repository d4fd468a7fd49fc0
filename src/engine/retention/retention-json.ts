import type { CleanupAnswer, RetentionPolicy } from "../../contract/api/instance/retention-api.ts";
import { millisText } from "../../contract/time/instant.ts";
import { DAY } from "../../contract/time/time-units.ts";
import type { Cleanup } from "../../store/retention/retention-store.ts";
import type { PolicyView } from "./policies-in-force.ts";

export function policyJson({ table, inForce, row, since }: PolicyView): RetentionPolicy {
  const { days, maxRows, enabled, archived, changedAt, changedBy, last } = row;
  const isSet = changedAt !== null && [days, maxRows, enabled, archived].some((value) => value !== null);
  return {
    table,
    days: inForce.age === null ? null : inForce.age / DAY,
    since,
    max_rows: inForce.maxRows,
    enabled: inForce.enabled,
    archived: inForce.archived,
    source: inForce.source,
    set: isSet ? { days, max_rows: maxRows, enabled, archived, at: millisText(changedAt), by: changedBy } : null,
    last:
      last === null
        ? null
        : { cleanup: last.cleanupId, at: millisText(last.at), deleted: last.deleted, belonging: last.belonging },
  };
}

/** `failure`: why its rows could not be archived, so that it waits; null: it does not. */
export function cleanupJson(cleanup: Cleanup, failure: string | null): CleanupAnswer {
  const { id, cause, state, dryRun, by, createdAt, endedAt, plan, atStep, deleted } = cleanup;
  return {
    id,
    cause,
    state,
    dry_run: dryRun,
    by,
    created_at: millisText(createdAt),
    ended_at: endedAt === null ? null : millisText(endedAt),
    at_table: state === "running" ? (plan[atStep]?.table ?? null) : null,
    archive_failure: state === "running" && !dryRun ? failure : null,
    tables: plan.map(({ table, before, maxRows }) => {
      const { [table]: own = 0, ...belonging } = deleted[table] ?? {};
      return { table, before: before === null ? null : millisText(before), max_rows: maxRows, deleted: own, belonging };
    }),
  };
}
