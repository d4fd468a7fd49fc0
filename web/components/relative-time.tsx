import { type ReactElement, useMemo } from "react";
import { ago, Clock, NOTHING } from "../services/format.ts";
import { useNow } from "../services/now.ts";
import { useZone } from "../services/preferences.ts";

/** "28 m ago", and exactly when, with the zone, on hover. RFC 3339; null: it did not happen. */
export function RelativeTime({ at }: { readonly at: string | null }): ReactElement {
  const now = useNow(5000);
  const zone = useZone();
  const clock = useMemo(() => new Clock(zone), [zone]);
  if (at === null) return <span className="text-ink-3">{NOTHING}</span>;
  const ms = Date.parse(at);
  return (
    <time dateTime={at} title={`${clock.day(ms, now)} ${clock.time(ms)} ${zone}`} className="whitespace-nowrap">
      {ago(ms, now)}
    </time>
  );
}
