import { useQueries, useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "@tanstack/react-router";
import { termOf } from "../../../components/filter/filter-terms.ts";
import { Button } from "../../../components/button.tsx";
import { taskTimeText } from "../../../services/alert-words.ts";
import { type Clock, count, duration } from "../../../services/format.ts";
import { askedOf, countsQuery, newestFileQuery, usualFilesQuery } from "../files-queries.ts";
import type { Span } from "../range.ts";
import { FILE_FILTERS, type FilesSearch, without } from "../search.ts";
import { withoutFilter } from "./filter-bar.tsx";

interface Props {
  readonly search: FilesSearch;
  readonly span: Span;
  readonly spanName: string;
  readonly clock: Clock;
  readonly now: number;
  readonly onSearch: (search: FilesSearch) => void;
}

/** Which condition empties the list, or which usual file did not come. */
export function Nothing({ search, span, spanName, clock, now, onSearch }: Props): ReactElement {
  const set = FILE_FILTERS.filter((name) => search[name] !== undefined);
  const looser = [
    ...(search.state === undefined
      ? []
      : [{ term: `state:${search.state}`, search: without(search, "state", "open") }]),
    ...set.map((name) => ({ term: termOf(name, search[name] ?? ""), search: withoutFilter(search, name) })),
  ];
  const counts = useQueries({
    queries: looser.map((one) => countsQuery(askedOf(without(one.search, "state"), span))),
  });
  return (
    <div className="grid justify-items-start gap-2 px-(--gutter) py-4 text-ink-2">
      <p>
        {looser.length === 0 ? "No file came" : "No file matches"}: {spanName}.
      </p>
      {looser.map(({ term, search: rest }, index) => {
        const { data } = counts[index] ?? {};
        const found = data === undefined ? 0 : countOf(data, rest.state);
        if (data === undefined || found === 0) return null;
        return (
          <p key={term} className="flex flex-wrap items-center gap-2">
            <span>
              {data.total_is === "at_least" ? "At least " : ""}
              {count(found)} match without <code className="font-mono">{term}</code>.
            </span>
            <Button onClick={() => onSearch(rest)}>Remove it</Button>
          </p>
        );
      })}
      {looser.length > 1 && (
        <Button onClick={() => onSearch(search.day === undefined ? {} : { day: search.day })}>
          Remove all {looser.length} conditions
        </Button>
      )}
      {looser.length === 0 && <Usual />}
      {span.from !== null && <Newest search={search} clock={clock} now={now} onSearch={onSearch} />}
    </div>
  );
}

function countOf(counts: Readonly<Record<string, unknown>>, state: string | undefined): number {
  const { [state ?? "all"]: found } = counts;
  return typeof found === "number" ? found : 0;
}

/** What usually comes, and when. */
function Usual(): ReactElement {
  const { data: phases = [] } = useQuery(usualFilesQuery);
  const usual = phases.filter(({ usual_delay_ms: delay, removed }) => delay !== null && !removed).slice(0, 5);
  if (usual.length === 0)
    return (
      <p>
        Files come over the bus, from watched folders and buckets, or by{" "}
        <code className="font-mono">POST /api/files</code>.
      </p>
    );
  return (
    <ul>
      {usual.map((phase) => (
        <li key={phase.phase_id}>
          Files of{" "}
          <Link
            to="/workflows"
            search={{ file: phase.workflow, phase: phase.phase_id }}
            className="text-accent underline decoration-accent-line underline-offset-2 hover:decoration-current"
          >
            {phase.task}
          </Link>{" "}
          usually come {duration(phase.usual_delay_ms ?? 0)} after their task time
          {phase.last_task_time === null ? "" : `; the last was for ${taskTimeText(phase.last_task_time)}`}
          {gapText(phase)}.
        </li>
      ))}
    </ul>
  );
}

function gapText({
  gaps,
  more_gaps: isMore,
}: {
  readonly gaps: readonly string[];
  readonly more_gaps: boolean;
}): string {
  const last = gaps.at(-1);
  if (last === undefined) return "";
  if (gaps.length === 1 && !isMore) return `. None came for ${taskTimeText(last)}`;
  return `. None came for ${isMore ? "more than " : ""}${count(gaps.length)} task times, ${taskTimeText(last)} the last of them`;
}

/** The day that has the newest of what is asked for. */
function Newest({
  search,
  clock,
  now,
  onSearch,
}: Pick<Props, "search" | "clock" | "now" | "onSearch">): ReactElement | null {
  const { data: newest } = useQuery(newestFileQuery(askedOf(search, { from: null, until: null })));
  if (newest === undefined || newest === null) return null;
  const at = Date.parse(newest.received_at);
  return (
    <p className="flex flex-wrap items-center gap-2">
      The newest came {clock.moment(at, now)}.
      <Button onClick={() => onSearch({ ...without(search, "open"), day: clock.date(at) })}>
        Show {clock.day(at, now)}
      </Button>
    </p>
  );
}
