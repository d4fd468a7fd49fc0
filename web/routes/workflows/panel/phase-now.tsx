import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactElement, useMemo } from "react";
import type { PhaseName } from "../../../acting/ask.ts";
import { type Status, StatusWord } from "../../../components/mark.tsx";
import { Clock, count } from "../../../services/format.ts";
import { useNow } from "../../../services/now.ts";
import { useZone } from "../../../services/preferences.ts";
import { nowQuery, tasksOf } from "./panel-queries.ts";

/** "6 retrying, 6 gave up since 13:04": what is under way, and what nothing made well yet; each leads to its tasks. */
export function PhaseNow({ phase }: { readonly phase: PhaseName }): ReactElement {
  const { data } = useQuery(nowQuery(phase));
  const zone = useZone();
  const clock = useMemo(() => new Clock(zone), [zone]);
  const now = useNow(10_000);
  if (data === undefined) return <p className="min-h-6" />;
  const { states, retrying, failed, since } = data;
  const of = (state: string): number => states[state] ?? 0;
  const waiting = Math.max(0, of("waiting") + of("queued") - retrying);
  const all: readonly (readonly [Status, number, string, string])[] = [
    ["running", of("running"), "running", "state:running"],
    ["sent", of("sent"), "sent", "state:sent"],
    ["overdue", of("overdue"), "overdue", "state:overdue"],
    ["waiting", waiting, "waiting", "state:waiting,queued attempt:0"],
    ["retrying", retrying, "retrying", "state:waiting,queued attempt>=1"],
    ["error", failed, "gave up", "unresolved:true"],
  ];
  const shown = all.filter(([, number]) => number > 0);
  if (shown.length === 0)
    return <p className="min-h-6 text-small text-ink-3">Nothing is under way, and nothing waits for help.</p>;
  return (
    <p className="flex min-h-6 flex-wrap items-center gap-x-3 text-small">
      {shown.map(([status, number, words, query]) => (
        <Link key={words} to="/tasks" search={{ q: `${tasksOf(phase)} ${query}` }} className="hover:underline">
          <StatusWord status={status}>
            {count(number)} {words}
          </StatusWord>
        </Link>
      ))}
      {since !== null && <span className="text-ink-3">since {clock.minute(since, now)}</span>}
    </p>
  );
}
