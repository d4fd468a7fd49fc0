import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Button } from "../../../../components/button.tsx";
import { Empty } from "../../../../components/empty.tsx";
import { Icon } from "../../../../components/icon.tsx";
import { Pill } from "../../../../components/pill.tsx";
import { Problem } from "../../../../components/problem.tsx";
import { Segments } from "../../../../components/segments.tsx";
import { SkeletonRows } from "../../../../components/skeleton.tsx";
import { dayAfter, dayStart } from "../../../../services/day-start.ts";
import { Clock, count } from "../../../../services/format.ts";
import { useNow } from "../../../../services/now.ts";
import { useZone } from "../../../../services/preferences.ts";
import { showToast } from "../../../../services/toasts.ts";
import type { AccessSearch } from "../search.ts";
import { type AuditAsked, auditQuery, exportAudit } from "./audit-queries.ts";
import { AuditRow } from "./audit-row.tsx";
import { AuditStrip } from "./audit-strip.tsx";

const OUTCOMES = [
  { value: "all", name: "All" },
  { value: "done", name: "Done" },
  { value: "refused", name: "Refused" },
] as const;

/** Who changed what, the newest first. */
export function Audit(): ReactElement {
  const search = useSearch({ from: "/shell/system/access" });
  const navigate = useNavigate({ from: "/system/access" });
  const zone = useZone();
  const clock = new Clock(zone);
  const now = useNow(30_000);
  const today = dayStart(now, zone);
  const start = search.day === undefined ? today : dayStart(Date.parse(search.day), zone);
  const hour = search.hour === undefined ? null : Date.parse(search.hour);
  const go = (change: { readonly [Name in keyof AccessSearch]: AccessSearch[Name] | null }): void => {
    const next = Object.entries({ ...search, ...change }).filter(([, value]) => value !== null && value !== undefined);
    void navigate({ search: Object.fromEntries(next), resetScroll: false });
  };
  const asked = askedOf(search, hour, start, zone);
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    ...auditQuery(asked),
    placeholderData: keepPreviousData,
  });
  const entries = data?.pages.flatMap(({ audit }) => audit) ?? [];
  const pagination = data?.pages.at(-1)?.pagination;
  const pills = pillsOf(search, clock, now);
  return (
    <section className="border-t border-line">
      <AuditStrip
        start={start}
        zone={zone}
        isToday={start === today}
        hour={hour}
        onDay={(day) => go({ day: day === null ? null : new Date(day).toISOString(), hour: null })}
        onHour={(at) => go({ hour: at === null ? null : new Date(at).toISOString() })}
      />
      <div className="flex flex-wrap items-center gap-2 px-(--gutter) py-2">
        <form
          role="search"
          className="flex h-(--control) min-w-50 flex-1 items-center gap-2 rounded-control border border-line-control bg-surface px-2"
          onSubmit={(event) => {
            event.preventDefault();
            const text = new FormData(event.currentTarget).get("text");
            go({ text: typeof text === "string" && text.trim() !== "" ? text.trim() : null });
          }}
        >
          <Icon name="search" size={14} />
          <input
            key={search.text ?? ""}
            name="text"
            type="search"
            aria-label="Search the audit log"
            placeholder="who, what, where, before and after"
            defaultValue={search.text ?? ""}
            maxLength={200}
            className="min-w-0 flex-1 bg-transparent text-small outline-none"
          />
        </form>
        <Segments
          label="Outcome"
          options={OUTCOMES}
          value={search.outcome ?? "all"}
          onChange={(outcome) => go({ outcome: outcome === "all" ? null : outcome })}
        />
        <Button kind="bare" onClick={() => void save(asked)}>
          <Icon name="download" size={14} />
          Export
        </Button>
        <span className="text-small whitespace-nowrap text-ink-3">
          {pagination === undefined
            ? ""
            : `${pagination.total_is === "exact" ? "" : "more than "}${count(entries.length)}`}
        </span>
      </div>
      {pills.length > 0 && (
        <div className="flex flex-wrap gap-2 px-(--gutter) pb-2">
          {pills.map(({ name, text }) => (
            <Pill key={name} removeLabel={`Remove ${text}`} onRemove={() => go({ [name]: null })}>
              {text}
            </Pill>
          ))}
        </div>
      )}
      {data === undefined ? (
        error === null ? (
          <SkeletonRows rows={6} label="The audit log is loaded" />
        ) : (
          <Problem what="The audit log" error={error} onRetry={() => void refetch()} />
        )
      ) : entries.length === 0 ? (
        <Empty
          action={pills.length > 0 && <Button onClick={() => void navigate({ search: {} })}>Show all entries</Button>}
        >
          {pills.length > 0
            ? "No entry matches."
            : "Nobody has changed anything yet. Each change leaves an entry here."}
        </Empty>
      ) : (
        <>
          <ul aria-label="Entries" className="border-t border-line">
            {entries.map((entry) => (
              <AuditRow key={entry.id} entry={entry} clock={clock} now={now} onWho={(who) => go({ who })} />
            ))}
          </ul>
          {hasNextPage && (
            <div className="px-(--gutter) py-3">
              <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                Show older entries
              </Button>
            </div>
          )}
        </>
      )}
    </section>
  );
}

function askedOf(search: AccessSearch, hour: number | null, start: number, zone: string): AuditAsked {
  const span =
    hour !== null ? [hour, hour + 3_600_000] : search.day === undefined ? null : [start, dayAfter(start, zone)];
  const [from = null, to = null] = span?.map((at) => new Date(at).toISOString()) ?? [];
  return { who: search.who ?? null, outcome: search.outcome ?? null, text: search.text ?? null, from, to };
}

function pillsOf(
  { who, text, day, hour, outcome }: AccessSearch,
  clock: Clock,
  now: number,
): readonly { readonly name: keyof AccessSearch; readonly text: string }[] {
  const from = hour === undefined ? null : Date.parse(hour);
  return [
    ...(who === undefined ? [] : [{ name: "who", text: `who:${who}` } as const]),
    ...(outcome === undefined ? [] : [{ name: "outcome", text: outcome } as const]),
    ...(text === undefined ? [] : [{ name: "text", text: `"${text}"` } as const]),
    ...(day === undefined ? [] : [{ name: "day", text: clock.day(Date.parse(day), now) } as const]),
    ...(from === null
      ? []
      : [{ name: "hour", text: `${clock.minutes(from)} to ${clock.minutes(from + 3_600_000)}` } as const]),
  ];
}

async function save(asked: AuditAsked): Promise<void> {
  if (!(await exportAudit(asked))) showToast("The file has the newest 10,000 entries; there are more.");
}
