import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { taskTimeText } from "../../../services/alert-words.ts";
import { count, duration } from "../../../services/format.ts";
import { medianOf } from "../../../components/runs/median.ts";
import { type Draft, usualQuery } from "../backfill-queries.ts";
import { nameOf } from "./phases.ts";
import type { Preview } from "./use-preview.ts";

interface Props {
  readonly draft: Draft;
  readonly preview: Preview;
  readonly active: number;
  /** How many children follow each task. */
  readonly followers: number;
}

/** What will be done, and how long it takes. */
export function Sentence({ draft, preview, active, followers }: Props): ReactElement {
  const { data: runs } = useQuery(usualQuery(draft));
  const { selected, slots, isWhole, tooMany, share, first, last } = preview;
  const median = medianOf(runs ?? []);
  const [from, to] = [first[0]?.task_time ?? null, (last.at(-1) ?? first.at(-1))?.task_time ?? null];
  const name = <span className="font-mono text-body">{nameOf(draft)}</span>;
  if (tooMany !== null)
    return (
      <p className={SAY}>
        <b className="font-semibold">About {count(tooMany)} slots</b> of {name} are in this span.{" "}
        <span className="text-ink-2">
          A preview counts up to 1,000,000: take a shorter span or a longer step, and make one part after the other.
        </span>
      </p>
    );
  if (!isWhole)
    return (
      <p className={SAY} role="status">
        <b className="font-semibold">{count(selected)} tasks</b> of {name} so far.{" "}
        <span className="text-ink-2">
          {count(slots)} slots of about {count(Math.max(slots, Math.round(slots / Math.max(share, 0.001))))} are
          counted.
        </span>
      </p>
    );
  if (selected === 0)
    return (
      <p className={SAY} role="status">
        <b className="font-semibold">Nothing is to be created</b> of {name}.{" "}
        <span className="text-ink-2">
          {slots === 0
            ? "The span has no slot: its schedule does not tick in it."
            : `All of its ${count(slots)} slots are left alone.`}
        </span>
      </p>
    );
  const alone = slots - selected;
  return (
    <p className={SAY} role="status">
      <b className="font-semibold">{selected === 1 ? "1 task" : `${count(selected)} tasks`}</b> of {name} will be
      created
      {from !== null && to !== null && from !== to ? (
        <>
          , from <Time time={from} /> to <Time time={to} />
        </>
      ) : (
        from !== null && (
          <>
            {" "}
            for <Time time={from} />
          </>
        )
      )}
      .{" "}
      <span className="text-ink-2">
        {alone > 0 && `${count(alone)} of ${count(slots)} slots ${alone === 1 ? "is" : "are"} left alone. `}
        {median !== null &&
          `At ${count(active)} at once and ${duration(median)} each this takes about ${duration(Math.ceil(selected / active) * median)}. `}
        {followers > 0 &&
          `Each task’s ${followers === 1 ? "child follows" : `${count(followers)} children follow`} it.`}
      </span>
    </p>
  );
}

const SAY = "min-h-11 max-[720px]:min-h-22 max-w-[76ch] text-title text-pretty";

function Time({ time }: { readonly time: string }): ReactElement {
  return (
    <span className="font-mono text-body whitespace-nowrap" title={time}>
      {taskTimeText(time)}
    </span>
  );
}
