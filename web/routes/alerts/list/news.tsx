import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { count } from "../../../services/format.ts";
import { type AlertPart, type AlertsAsked, newsQuery, type ShownAlert } from "../alerts-queries.ts";

const LOOK_MS = 5000;

interface Props {
  readonly asked: AlertsAsked;
  readonly shown: AlertPart;
}

/** Rows wait while some of them are selected: how many came or changed meanwhile. */
export function News({ asked, shown }: Props): ReactElement {
  const { data: current } = useQuery({ ...newsQuery(asked), refetchInterval: LOOK_MS });
  return (
    <span role="status" className="ml-auto text-ink-2">
      {newsText(shown, current ?? shown)}
    </span>
  );
}

/** "Live is paused: 3 new, 1 changed". Of both only what they have in common is compared, which is the newer part. */
export function newsText(shown: AlertPart, current: AlertPart): string {
  const oldest = Math.max(oldestOf(shown), oldestOf(current));
  const before = new Map(shown.alerts.map((alert) => [alert.id, alert]));
  const after = new Map(current.alerts.map((alert) => [alert.id, alert]));
  const fresh = current.alerts.filter(({ id }) => id >= oldest && !before.has(id)).length;
  const changed = shown.alerts.filter((alert) => alert.id >= oldest && isChanged(alert, after.get(alert.id))).length;
  const parts = [fresh === 0 ? "" : `${count(fresh)} new`, changed === 0 ? "" : `${count(changed)} changed`];
  const text = parts.filter((part) => part !== "").join(", ");
  return text === "" ? "Live is paused" : `Live is paused: ${text}`;
}

/** Of a part that has all there is, no alert is too old. */
function oldestOf({ alerts, isMore }: AlertPart): number {
  return isMore ? Math.min(...alerts.map(({ id }) => id)) : 0;
}

/** One that is not there any more matches no longer. */
function isChanged(before: ShownAlert, after: ShownAlert | undefined): boolean {
  return before.state !== after?.state || before.count !== after.count || before.open !== after.open;
}
