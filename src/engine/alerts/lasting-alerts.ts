import type { AlertType } from "../../core/decide/effects.ts";
import type { AlertStore, LastingAlert } from "../../store/alert-store.ts";

const PAGE = 200;

/** All unresolved alerts of that type, oldest first. */
export async function lastingAlerts(
  alerts: Pick<AlertStore, "lasting">,
  type: AlertType,
): Promise<readonly LastingAlert[]> {
  const found: LastingAlert[] = [];
  for (;;) {
    const page = await alerts.lasting(type, found.at(-1)?.id ?? 0, PAGE);
    found.push(...page);
    if (page.length < PAGE) return found;
  }
}
