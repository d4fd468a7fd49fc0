import type { SentAlert } from "../../src/contract/api/notified-alert.ts";
import type { Notification } from "../../src/notify/notify.ts";

export const AT = Date.UTC(2026, 2, 4, 12, 30, 5, 250);

export function alert(fields: Partial<SentAlert> = {}): SentAlert {
  return {
    id: 7,
    type: "retry_exhausted",
    severity: "warning",
    task_type: "load",
    job: "eu",
    task_time: "2026-03-04T01:00:00+01:00",
    task_zone: "Europe/Berlin",
    workflow: "etl.toml",
    message: "no <rows> & no luck",
    count: 3,
    new_count: 2,
    first_seen: AT - 60_000,
    last_seen: AT,
    open: 2,
    record_id: 11,
    recovered: false,
    ...fields,
  };
}

export function notification(fields: Partial<Notification> = {}): Notification {
  return {
    deliveryId: "0195a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
    kind: "summary",
    text: "load:eu:      2  2026/03/04T01\nreport:       1  2026/03/04T02\n",
    at: AT,
    alerts: [alert()],
    alertCount: fields.alerts?.length ?? 1,
    criticalCount: (fields.alerts ?? []).filter(({ severity }) => severity === "critical").length,
    ...fields,
  };
}
