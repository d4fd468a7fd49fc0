import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useMemo } from "react";
import { Clock } from "../../../services/format.ts";
import { useNow } from "../../../services/now.ts";
import { useZone } from "../../../services/preferences.ts";
import { figuresQuery } from "../workflows-queries.ts";

/** "Checked 14:30, next 14:45": when the files were read, and are again. */
export function ReadTimes(): ReactElement {
  const { data } = useQuery(figuresQuery);
  const zone = useZone();
  const clock = useMemo(() => new Clock(zone), [zone]);
  const now = useNow(10_000);
  const read = data?.read_at ?? null;
  const next = data?.next_read_at ?? null;
  return (
    <span className="text-small text-ink-3 max-[1024px]:hidden">
      {read !== null && `Checked ${clock.minute(Date.parse(read), now)}`}
      {read !== null && next !== null && `, next ${clock.minute(Math.max(now, Date.parse(next)), now)}`}
    </span>
  );
}
