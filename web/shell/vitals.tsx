import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { ago, Clock, NOTHING } from "../services/format.ts";
import { lastBackupQuery, statusQuery } from "../services/queries.ts";
import { useNow } from "../services/now.ts";
import { useZone } from "../services/preferences.ts";
import { useSeesAll } from "./places.ts";

/** The state of the instance in a few words, at the foot of the rail. */
export function Vitals(): ReactElement {
  const now = useNow(5000);
  const clock = new Clock(useZone());
  const { data: status } = useQuery(statusQuery);
  const { data: backup } = useQuery({ ...lastBackupQuery, enabled: useSeesAll() === true });
  const last = status?.link.last_message_at ?? null;
  const at = backup === undefined || backup === null ? null : Date.parse(backup.started_at);
  const rows: readonly (readonly [string, string])[] = [
    [`bus ${status?.link.name ?? ""}`.trim(), status?.link.state ?? NOTHING],
    ["last message", last === null ? NOTHING : ago(Date.parse(last), now)],
    ["running here", String(status?.running ?? NOTHING)],
    ["backup", at === null ? NOTHING : `${clock.moment(at, now).replace(/:\d\d$/, "")}, ${backup?.state}`],
  ];
  return (
    <dl className="mt-auto grid grid-cols-[1fr_auto] p-2 text-micro/[18px] text-ink-3 max-[1180px]:hidden">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt>{name}</dt>
          <dd className="text-right text-ink-2">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
