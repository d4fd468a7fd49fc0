import type { ReactElement } from "react";
import { Mark, type Status } from "../../../components/mark.tsx";
import { type Clock, count, duration, share } from "../../../services/format.ts";
import type { Backfill } from "../backfill-queries.ts";
import { doneOf } from "../backfill-text.ts";

interface Part {
  readonly status: Status;
  readonly word: string;
  readonly slots: number;
}

/** How far it is: a figure, a bar by state, and what is left. */
export function Progress({
  backfill,
  clock,
  now,
}: {
  readonly backfill: Backfill;
  readonly clock: Clock;
  readonly now: number;
}): ReactElement {
  const { total, complete, failed, cancelled, active, waiting, left_ms: left, state, planned } = backfill;
  const done = doneOf(backfill);
  const parts: readonly Part[] = [
    { status: "complete", word: "complete", slots: complete },
    { status: "error", word: "failed", slots: failed },
    { status: "cancelled", word: "cancelled", slots: cancelled },
    { status: "running", word: "running", slots: active },
    { status: "waiting", word: "waiting", slots: planned ? waiting : Math.max(waiting, total - done - active) },
  ];
  return (
    <section aria-label="Progress">
      <p className="mb-1.5 flex flex-wrap items-baseline gap-x-3">
        <b className="text-figure font-medium tracking-tight">{total === 0 ? "–" : share(done / total)}</b>
        <span className="text-ink-2">
          {count(done)} of {count(total)}
        </span>
        {left !== null && (
          <span className="ml-auto text-ink-2">
            {duration(left)} left, ends about {clock.moment(now + left, now).replace(/:\d\d$/, "")}
          </span>
        )}
        {state === "paused" && <span className="ml-auto text-ink-2">paused: nothing more is created</span>}
      </p>
      <Bar
        parts={parts.slice(0, 4)}
        total={Math.max(1, total)}
        label={`${count(done)} of ${count(total)} slots done`}
      />
      <ul className="mt-2 flex min-h-5 flex-wrap gap-x-4 gap-y-1 text-small text-ink-2">
        {parts
          .filter(({ slots }) => slots > 0)
          .map(({ status, word, slots }) => (
            <li key={status} className="inline-flex items-center gap-1.5">
              <Mark status={status} size={12} />
              {count(slots)} {word}
            </li>
          ))}
      </ul>
    </section>
  );
}

/** What is not at its end is not filled. */
function Bar({
  parts,
  total,
  label,
}: {
  readonly parts: readonly Part[];
  readonly total: number;
  readonly label: string;
}): ReactElement {
  return (
    <svg width="100%" height="12" role="img" aria-label={label} className="block">
      <rect width="100%" height="12" rx="2" fill="var(--surface-4)" />
      {parts.map(({ status, slots }, index) => {
        const before = parts.slice(0, index).reduce((sum, part) => sum + part.slots, 0);
        const [x, width] = [`${(before / total) * 100}%`, `${(slots / total) * 100}%`];
        return (
          slots > 0 && (
            <g key={status} data-status={status}>
              <rect
                x={x}
                width={width}
                height="12"
                fill={status === "complete" ? "color-mix(in srgb, var(--mark) 34%, var(--surface))" : "var(--mark)"}
              />
              {status === "complete" && <rect x={x} width={width} y="10" height="2" fill="var(--mark)" />}
            </g>
          )
        );
      })}
    </svg>
  );
}
