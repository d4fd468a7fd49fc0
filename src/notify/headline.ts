import type { Notification } from "./notify.ts";

/** One line that says what the notification is about: the alert, or how many there are. */
export function headline({ kind, alerts, alertCount, criticalCount, resolvedCount }: Notification): string {
  if (kind === "test") return "Flowlord: test of this channel";
  const [only] = alerts;
  if (only !== undefined && alertCount === 1) {
    const task = [only.task_type, only.job].filter((part) => part !== "").join(":");
    const word = only.type.replaceAll("_", " ");
    return `Flowlord: ${resolvedCount === 1 ? "resolved: " : ""}${word}${task === "" ? "" : ` of ${task}`}${only.new_count > 1 ? ` (${only.new_count} times)` : ""}${only.recovered ? ", recovered" : ""}`;
  }
  const open = alertCount - resolvedCount;
  const parts = [
    ...(open === 0 ? [] : [`${open} ${open === 1 ? "alert" : "alerts"}`]),
    ...(criticalCount === 0 ? [] : [`${criticalCount} critical`]),
    ...(resolvedCount === 0 ? [] : [`${resolvedCount} resolved`]),
  ];
  return `Flowlord: ${parts.join(", ")}`;
}

/** Nothing is wrong: a test, or only what is resolved. */
export function isGood({ kind, alertCount, resolvedCount }: Notification): boolean {
  return kind === "test" || (alertCount > 0 && resolvedCount === alertCount);
}
