import type { ReactElement } from "react";
import { Problem } from "../../components/problem.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { type Clock, count } from "../../services/format.ts";
import { queryClient } from "../../services/queries.ts";
import { Section } from "./section.tsx";
import type { Why } from "./task-queries.ts";
import { WhyEvents } from "./why-events.tsx";

interface Props {
  /** Of attempts, the oldest first. */
  readonly whys: readonly Why[];
  readonly error: Error | null;
  /** Attempts in between are left out. */
  readonly isPartial: boolean;
  readonly clock: Clock;
  readonly now: number;
}

/** What was decided, and what was not, in sentences. */
export function WhyList({ whys, error, isPartial, clock, now }: Props): ReactElement {
  const events = whys.flatMap((why) => why.events).toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const distinct = events.filter(
    (event, at) => events.findIndex((other) => other.at === event.at && other.sentence === event.sentence) === at,
  );
  const note = `${count(distinct.length)} ${distinct.length === 1 ? "event" : "events"}${isPartial ? " of the first and the newest attempts" : ""}`;
  return (
    <Section title="Why" id="why" note={whys.length === 0 ? undefined : note}>
      {error !== null && (
        <Problem
          what="The decisions"
          error={error}
          onRetry={() => void queryClient.invalidateQueries({ queryKey: ["task", "why"] })}
        />
      )}
      {whys.length === 0 && error === null && <SkeletonRows rows={4} label="The decisions are loaded" />}
      <WhyEvents events={distinct} whys={whys} clock={clock} now={now} />
    </Section>
  );
}
