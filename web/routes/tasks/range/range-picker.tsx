import { type ReactElement, useState } from "react";
import { Button } from "../../../components/button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { CHOICE, Popover } from "../../../components/popover/popover.tsx";
import type { Clock } from "../../../services/format.ts";
import { useKeys } from "../../../services/keys.ts";
import { queryClock } from "../../../services/time/zone.ts";
import { fieldOfTerm, splitTerms, withField } from "../query/terms.ts";
import { createdIn, shifted } from "./range.ts";

const CHOICES: readonly (readonly [name: string, term: string | null])[] = [
  ["Last hour", "created>-1h"],
  ["Last 6 hours", "created>-6h"],
  ["Last 24 hours", "created>-24h"],
  ["Today", "created:today"],
  ["Yesterday", "created:yesterday"],
  ["Last 7 days", "created>-7d"],
  ["Last 30 days", "created>-30d"],
  ["All time", null],
];

interface Props {
  readonly query: string;
  readonly clock: Clock;
  readonly now: number;
  readonly onSearch: (query: string) => void;
}

/** The time of the query: one that slides with now, a day, or from and until. `[` and `]` go to the one before and after. */
export function RangePicker({ query, clock, now, onSearch }: Props): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const times = queryClock(now, clock.zone);
  const term = splitTerms(query).find((each) => fieldOfTerm(each) === "created") ?? null;
  const name = CHOICES.find(([, each]) => each === term)?.[0] ?? rangeName(query, clock, now);
  const [before, after] = [shifted(query, -1, times), shifted(query, 1, times)];
  const go = (next: string | null): void => {
    if (next !== null) onSearch(next);
  };
  useKeys({ "[": () => go(before), "]": () => go(after) });
  return (
    <span className="inline-flex min-w-0 items-center">
      <Button
        kind="icon"
        aria-label="Time before"
        title="Time before ([)"
        disabled={before === null}
        onClick={() => go(before)}
      >
        <Icon name="left" size={14} />
      </Button>
      <Popover
        label="Time"
        isOpen={isOpen}
        onOpen={setOpen}
        trigger={
          <Button kind="bare" className="min-w-0" aria-label={`Time: ${name}`}>
            <span className="truncate">{name}</span>
            <Icon name="down" size={12} />
          </Button>
        }
      >
        {(close) => (
          <>
            {CHOICES.map(([each, value]) => (
              <button
                key={each}
                type="button"
                aria-pressed={value === term}
                className={CHOICE}
                onClick={() => {
                  close();
                  onSearch(withField(query, "created", value));
                }}
              >
                {each}
              </button>
            ))}
            <Between
              onChoose={(value) => {
                close();
                onSearch(withField(query, "created", value));
              }}
            />
          </>
        )}
      </Popover>
      <Button
        kind="icon"
        aria-label="Time after"
        title="Time after (])"
        disabled={after === null}
        onClick={() => go(after)}
      >
        <Icon name="right" size={14} />
      </Button>
    </span>
  );
}

/** By the clocks of the zone that is chosen, to the minute. */
function Between({ onChoose }: { readonly onChoose: (term: string) => void }): ReactElement {
  const [from, setFrom] = useState("");
  const [until, setUntil] = useState("");
  const field = "h-(--control) rounded-control border border-line-control bg-surface px-1";
  return (
    <form
      className="mt-1 grid gap-1.5 border-t border-line px-2 pt-2 pb-1"
      onSubmit={(event) => {
        event.preventDefault();
        onChoose(`created:${from}..${until}`);
      }}
    >
      <label className="grid grid-cols-[40px_1fr] items-center">
        From
        <input type="datetime-local" className={field} value={from} onChange={({ target }) => setFrom(target.value)} />
      </label>
      <label className="grid grid-cols-[40px_1fr] items-center">
        Until
        <input
          type="datetime-local"
          className={field}
          value={until}
          onChange={({ target }) => setUntil(target.value)}
        />
      </label>
      <Button type="submit" className="justify-self-end" disabled={from === "" && until === ""}>
        Show
      </Button>
    </form>
  );
}

function rangeName(query: string, clock: Clock, now: number): string {
  const said = createdIn(query, queryClock(now, clock.zone));
  if (said === null) return "All time";
  const text = (at: number): string => `${clock.day(at, now)} ${clock.minutes(at)}`;
  if (said.from === null) return said.until === null ? "All time" : `until ${text(said.until)}`;
  if (said.until === null) return `since ${text(said.from)}`;
  const isOneDay = clock.day(said.from, now) === clock.day(said.until - 1, now);
  const isDay = isOneDay && said.until - said.from >= 82_800_000;
  if (isDay) return clock.day(said.from, now);
  return `${text(said.from)} – ${isOneDay ? clock.minutes(said.until) : text(said.until)}`;
}
