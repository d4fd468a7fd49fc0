import { useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Button } from "../../components/button.tsx";
import { Empty } from "../../components/empty.tsx";
import { type Clock, count } from "../../services/format.ts";
import { fieldOfTerm, splitTerms, valuesOf, withField, without } from "./query/terms.ts";
import { countQuery, newestQuery } from "./tasks-queries.ts";

interface Props {
  readonly query: string;
  readonly clock: Clock;
  readonly now: number;
  readonly onSearch: (query: string) => void;
}

/** No task matches: which condition empties the list, and when there were some. */
export function Nothing({ query, clock, now, onSearch }: Props): ReactElement {
  const terms = splitTerms(query);
  const tz = clock.zone;
  const counts = useQueries({ queries: terms.map((term) => countQuery({ query: without(query, term), tz })) });
  if (terms.length === 0)
    return <Empty>No task was made yet. Tasks come from a schedule, a file or another task: see the workflows.</Empty>;
  const guilty = terms.flatMap((term, index) => {
    const found = counts[index]?.data;
    return found === undefined || found.count === 0 ? [] : [{ term, ...found }];
  });
  const isKnown = counts.every(({ isPending }) => !isPending);
  return (
    <div className="flex-1 py-2">
      {guilty.map(({ term, count: of, isExact }) => (
        <Empty key={term} action={<Button onClick={() => onSearch(without(query, term))}>Remove it</Button>}>
          No task matches. {count(of)}
          {isExact ? "" : " and more"} {of === 1 ? "matches" : "match"} without{" "}
          <code className="font-mono text-ink">{term}</code>.
        </Empty>
      ))}
      {terms.some((term) => fieldOfTerm(term) === "created") && (
        <Nearest query={withField(query, "created", null)} of={query} clock={clock} now={now} onSearch={onSearch} />
      )}
      {isKnown && guilty.length === 0 && (
        <Empty action={<Button onClick={() => onSearch("")}>Show all tasks</Button>}>
          No task matches, nor when one of the conditions is taken off.
        </Empty>
      )}
      <WhyNone query={query} />
    </div>
  );
}

/** Of one type, perhaps of one job: why it has no task. */
function WhyNone({ query }: { readonly query: string }): ReactElement | null {
  const [type, ...others] = valuesOf(query, "type");
  if (type === undefined || others.length > 0) return null;
  const [job = "", ...jobs] = valuesOf(query, "job");
  const of = job === "" || jobs.length > 0 ? type : `${type}:${job}`;
  return (
    <Empty
      action={
        <Link to="/why-not" search={{ of, at: "today" }} className="text-accent underline">
          Why did {of} not run today?
        </Link>
      }
    >
      What should have run and did not has its reasons too.
    </Empty>
  );
}

/** The day of the newest that matches but for the time. */
function Nearest({ query, of, clock, now, onSearch }: Props & { readonly of: string }): ReactElement | null {
  const { data: newest } = useQuery(newestQuery({ query, tz: clock.zone }));
  const at = newest?.created ?? newest?.decided_at ?? null;
  if (at === null) return null;
  const day = clock.date(Date.parse(at));
  return (
    <Empty
      action={
        <Button onClick={() => onSearch(withField(of, "created", `created:${day}`))}>
          Show {clock.day(Date.parse(at), now)}
        </Button>
      }
    >
      The newest that matches otherwise is of {clock.moment(Date.parse(at), now)}.
    </Empty>
  );
}
