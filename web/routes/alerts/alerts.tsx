import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactElement, useEffect, useMemo } from "react";
import { Button } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import { Segments } from "../../components/segments.tsx";
import { TabRow } from "../../components/tab-row.tsx";
import { Clock, count } from "../../services/format.ts";
import { useKeys } from "../../services/keys.ts";
import { useNow } from "../../services/now.ts";
import { useZone } from "../../services/preferences.ts";
import { TopBar } from "../../shell/top-bar.tsx";
import { groupsQuery, silencesQuery } from "./alerts-queries.ts";
import { List } from "./list/list.tsx";
import { Notifications } from "./notifications/notifications.tsx";
import { dayOf, midnight, spanOf, spanText } from "./range.ts";
import { type AlertsSearch, keepSearch, without } from "./search.ts";
import { Silences } from "./silences/silences.tsx";

const DAYS = [
  { value: "today", name: "Today" },
  { value: "yesterday", name: "Yesterday" },
  { value: "week", name: "Last 7 days" },
] as const;

/** What is wrong, who was told, and what is kept quiet. */
export function Alerts(): ReactElement {
  const search = useSearch({ from: "/shell/alerts" });
  const { tab } = search;
  const zone = useZone();
  const clock = useMemo(() => new Clock(zone), [zone]);
  const now = useNow(10_000);
  useEffect(() => keepSearch(search), [search]);
  return (
    <div className="min-w-0">
      <TopBar title="Alerts" range={tab === undefined ? <Stepper clock={clock} now={now} /> : undefined} />
      <div className="flex flex-wrap items-end border-b border-line [&_nav]:border-b-0">
        <div className="min-w-0 flex-1 max-[720px]:basis-full">
          <Tabs />
        </div>
        {tab === undefined && <Days />}
      </div>
      <main id="main" className="min-w-0 pb-8 max-[720px]:pb-20">
        {tab === "notifications" ? (
          <Notifications clock={clock} now={now} />
        ) : tab === "silences" ? (
          <Silences clock={clock} now={now} />
        ) : (
          <List clock={clock} now={now} />
        )}
      </main>
    </div>
  );
}

function Tabs(): ReactElement {
  const { tab } = useSearch({ from: "/shell/alerts" });
  const { data: summary } = useQuery(groupsQuery);
  const { data: silences } = useQuery(silencesQuery(false));
  const open = summary?.states.filter(({ state }) => state === "open").reduce((sum, { alerts }) => sum + alerts, 0);
  const name = (word: string, figure: string | null): ReactElement => (
    <>
      {word}
      {figure !== null && <span className="font-normal text-ink-3">{figure}</span>}
    </>
  );
  return (
    <TabRow
      label="Alerts"
      tabs={[
        {
          name: name("Alerts", open === undefined ? null : `${count(open)} open`),
          link: { to: "/alerts", search: (before: AlertsSearch) => without(before, "tab") },
          isCurrent: tab === undefined,
        },
        {
          name: "Notifications",
          link: { to: "/alerts", search: { tab: "notifications" } },
          isCurrent: tab === "notifications",
        },
        {
          name: name("Silences", silences === undefined ? null : count(silences.length)),
          link: { to: "/alerts", search: { tab: "silences" } },
          isCurrent: tab === "silences",
        },
      ]}
    />
  );
}

type Show = (next: Pick<AlertsSearch, "day">) => void;

function useShow(): Show {
  const navigate = useNavigate({ from: "/alerts" });
  return (next) =>
    void navigate({ search: (before) => ({ ...without(before, "day", "from", "to", "open"), ...next }) });
}

/** The day that is shown, or what was drawn, and the days beside it. */
function Stepper({ clock, now }: { readonly clock: Clock; readonly now: number }): ReactElement {
  const search = useSearch({ from: "/shell/alerts" });
  const show = useShow();
  const { zone } = clock;
  const span = spanOf(search, now, zone);
  const isLast = span.until > now;
  const step = (by: number): void => {
    const day = dayOf(midnight(by < 0 ? span.from : span.until - 1, zone, by), zone);
    show(day >= dayOf(now, zone) ? {} : { day });
  };
  useKeys({ "[": () => step(-1), "]": () => !isLast && step(1) });
  return (
    <span className="flex min-w-0 items-center">
      <Button kind="icon" aria-label="Day before" title="Day before ([)" onClick={() => step(-1)}>
        <Icon name="left" size={14} />
      </Button>
      <span className="truncate text-small font-medium">{spanText(span, clock, now)}</span>
      <Button kind="icon" aria-label="Day after" title="Day after (])" disabled={isLast} onClick={() => step(1)}>
        <Icon name="right" size={14} />
      </Button>
    </span>
  );
}

/** Ranges that slide. */
function Days(): ReactElement {
  const { day, from } = useSearch({ from: "/shell/alerts" });
  const show = useShow();
  const chosen = from === undefined ? (day ?? "today") : "drawn";
  return (
    <section aria-label="Range" className="flex min-h-9 items-center gap-2 px-(--gutter) max-[720px]:py-1.5">
      {from !== undefined && (
        <Button kind="bare" onClick={() => show(day === undefined ? {} : { day })}>
          Whole days
        </Button>
      )}
      <Segments
        label="Days"
        options={DAYS}
        value={chosen as (typeof DAYS)[number]["value"]}
        onChange={(next) => show(next === "today" ? {} : { day: next })}
      />
    </section>
  );
}
