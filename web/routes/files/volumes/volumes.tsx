import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactElement, useMemo, useState } from "react";
import { sizeText } from "../../../../src/contract/live/size-text.ts";
import { Button } from "../../../components/button.tsx";
import { Mark } from "../../../components/mark.tsx";
import { Problem } from "../../../components/problem.tsx";
import { Segments } from "../../../components/segments.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { Head, TABLE } from "../../../components/table.tsx";
import { TimeBars } from "../../../components/time-bars.tsx";
import { type Clock, count, NOTHING, share } from "../../../services/format.ts";
import { Part } from "../part.tsx";
import { type FilesSearch, without } from "../search.ts";
import { type DayOfFiles, daysOf, firstDay, matchRate } from "./days.ts";
import { volumesQuery } from "./volumes-query.ts";

const UNITS = [
  { value: "files", name: "Files" },
  { value: "bytes", name: "Bytes" },
] as const;

interface Props {
  readonly clock: Clock;
  readonly now: number;
}

/** How many files came on each day, and how many of them a phase waited for. */
export function Volumes({ clock, now }: Props): ReactElement {
  const navigate = useNavigate({ from: "/files" });
  const onDay = (day: string): void =>
    void navigate({ search: (before: FilesSearch) => ({ ...without(before, "open", "time", "side"), day }) });
  const { zone } = clock;
  const first = firstDay(now, zone);
  const { data, error, refetch } = useQuery(volumesQuery(first));
  const [unit, setUnit] = useState<"files" | "bytes">("files");
  const [read, setRead] = useState<number | null>(null);
  const [isTable, setTable] = useState(false);
  const days = useMemo(() => daysOf(data ?? [], now, zone, unit), [data, now, zone, unit]);
  const last = days.at(-1);
  return (
    <Part
      title="Files a day"
      className="min-h-48"
      actions={
        <>
          <Segments label="Count" options={UNITS} value={unit} onChange={setUnit} />
          <Button kind="bare" className="text-accent!" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
            {isTable ? "Show as chart" : "Show as table"}
          </Button>
        </>
      }
    >
      <p className="mb-1 flex min-h-4 flex-wrap gap-x-3 text-small text-ink-2">
        {data !== undefined && (
          <Readout days={read === null ? days : days.slice(read, read + 1)} clock={clock} now={now} />
        )}
      </p>
      {data === undefined || last === undefined ? (
        error === null ? (
          <SkeletonRows rows={3} label="The files a day are loaded" />
        ) : (
          <Problem what="The files a day" error={error} onRetry={() => void refetch()} />
        )
      ) : isTable ? (
        <DayTable days={days} clock={clock} now={now} />
      ) : (
        <TimeBars
          label={`${unit === "files" ? "Files" : "Bytes"} a day, of 14 days. Arrows read a day, Enter lists its files; Show as table has the numbers`}
          span={{ from: first, until: last.until }}
          bars={days}
          zone={zone}
          now={now}
          knownFrom={null}
          read={read}
          onRead={setRead}
          onChoose={({ from }) => onDay(clock.date(from))}
          valueText={unit === "files" ? count : sizeText}
          height={56}
        />
      )}
    </Part>
  );
}

/** Of one day, or of all that are shown. */
function Readout({
  days,
  clock,
  now,
}: {
  readonly days: readonly DayOfFiles[];
  readonly clock: Clock;
  readonly now: number;
}): ReactElement {
  const [first] = days;
  const rate = matchRate(days);
  const sum = (of: "matched" | "unmatched" | "bytes"): number => days.reduce((total, day) => total + day[of], 0);
  return (
    <>
      <b className="font-semibold text-ink">
        {days.length === 1 && first !== undefined ? clock.day(first.from, now) : `${days.length} days`}
      </b>
      <span className="inline-flex items-center gap-1">
        <Mark status="complete" size={12} label="matched" />
        {count(sum("matched"))}
        {rate !== null && ` (${share(rate)})`}
      </span>
      <span className="inline-flex items-center gap-1">
        <Mark status="none" size={12} label="unmatched" />
        {count(sum("unmatched"))}
      </span>
      <span>{sizeText(sum("bytes"))}</span>
    </>
  );
}

function DayTable({
  days,
  clock,
  now,
}: {
  readonly days: readonly DayOfFiles[];
  readonly clock: Clock;
  readonly now: number;
}): ReactElement {
  return (
    <div className="max-h-60 overflow-auto" tabIndex={0} role="region" aria-label="Files a day as numbers">
      <table className={TABLE}>
        <thead>
          <tr>
            <Head>Day</Head>
            <Head isNumber>Matched</Head>
            <Head isNumber>Unmatched</Head>
            <Head isNumber>Match rate</Head>
            <Head isNumber>Size</Head>
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map((day) => {
            const rate = matchRate([day]);
            return (
              <tr key={day.from}>
                <td>{clock.day(day.from, now)}</td>
                <td className="text-right">{count(day.matched)}</td>
                <td className={`text-right ${day.unmatched === 0 ? "text-ink-3" : ""}`}>{count(day.unmatched)}</td>
                <td className="text-right">{rate === null ? NOTHING : share(rate)}</td>
                <td className="text-right">{sizeText(day.bytes)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
