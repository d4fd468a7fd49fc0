import { type ReactElement, useMemo } from "react";
import { Clock } from "../../../services/format.ts";
import { useNow } from "../../../services/now.ts";
import { useZone } from "../../../services/preferences.ts";
import type { FilePhase } from "../workflows-queries.ts";

/** Who paused the phase, why, since when and until when. Nothing, where nobody did. */
export function Paused({ paused }: { readonly paused: FilePhase["paused"] }): ReactElement | null {
  const zone = useZone();
  const clock = useMemo(() => new Clock(zone), [zone]);
  const now = useNow(10_000);
  if (paused === null) return null;
  const { since, until, by, reason } = paused;
  const at = (time: string): string => clock.minute(Date.parse(time), now);
  return (
    <p className="mt-2 rounded-control bg-warn-weak px-2.5 py-1.5 text-small" title={zone}>
      <b className="font-medium">Paused</b> since {at(since)}
      {by === null ? " by its file" : ` by ${by}`}
      {until === null ? (by === null ? "" : ", until it is resumed") : `, until ${at(until)}`}
      {reason !== null && reason !== "" && `: ${reason}`}.
    </p>
  );
}
