import { isInScope, type Scope } from "../../../contract/api/access/scope.ts";
import { DomainError } from "../../../contract/domain-error.ts";
import type { NotificationRow } from "../../../store/alert-store.ts";
import type { ApiDeps } from "../../api/deps.ts";

export class UnknownAlertError extends DomainError {
  constructor(id: number) {
    super("not_found", "unknown_alert", `There is no alert ${id}: GET /api/alerts lists them.`);
  }
}

type Reads = Pick<ApiDeps["reads"], "places">;

/** Throws UnknownAlertError where one is out of the scope, as if it did not exist. */
export async function requireAlerts(ids: readonly number[], scope: Scope | null, reads: Reads): Promise<void> {
  if (scope === null) return;
  const seen = await visibleAlerts(ids, scope, reads);
  const hidden = ids.find((id) => !seen.has(id));
  if (hidden !== undefined) throw new UnknownAlertError(hidden);
}

/** A notification may be about other alerts too: without their numbers, and without its text. */
export async function notificationsWithin(
  notifications: readonly NotificationRow[],
  scope: Scope | null,
  reads: Reads,
): Promise<readonly NotificationRow[]> {
  if (scope === null) return notifications;
  const seen = await visibleAlerts(
    notifications.flatMap((row) => row.alert_ids),
    scope,
    reads,
  );
  return notifications.map((row) => ({ ...row, text: "", alert_ids: row.alert_ids.filter((id) => seen.has(id)) }));
}

async function visibleAlerts(ids: readonly number[], scope: Scope, { places }: Reads): Promise<ReadonlySet<number>> {
  const found = await places.alerts([...new Set(ids)]);
  return new Set(found.filter((row) => isInScope(scope, row)).map(({ id }) => id));
}
