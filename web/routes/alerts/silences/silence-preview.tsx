import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { AlertMark, alertWord } from "../../../components/alert-kind.tsx";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { aboutText } from "../../../services/alert-words.ts";
import { type Clock, count } from "../../../services/format.ts";
import { type Preview, previewQuery, type Scope } from "../alerts-queries.ts";
import { midnight } from "../range.ts";

const SHOWN = 6;

interface Props {
  readonly scope: Scope;
  readonly endsAt: number | null;
  readonly clock: Clock;
  readonly now: number;
}

/** What the silence would cover, exactly. */
export function SilencePreview({ scope, endsAt, clock, now }: Props): ReactElement {
  const { data, error, refetch } = useQuery(previewQuery(scope, midnight(now, clock.zone)));
  return (
    <div
      role="region"
      aria-label="What it covers"
      className="grid min-h-74 content-start gap-2 rounded-control border border-line bg-surface-2 p-3 text-small"
    >
      {data === undefined ? (
        error === null ? (
          <SkeletonRows rows={3} label="What it covers is loaded" />
        ) : (
          <Problem what="What it covers" error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <Covered preview={data} />
      )}
      {endsAt !== null && endsAt > now && <Hatch endsAt={endsAt} clock={clock} now={now} />}
    </div>
  );
}

function Covered({ preview }: { readonly preview: Preview }): ReactElement {
  const { total, open, total_is: totalIs, covered, others, messages } = preview;
  const about = totalIs === "exact" ? "" : "at least ";
  return (
    <>
      <p className="text-body">
        <b className="font-semibold">
          Covers {about}
          {count(total)} of {count(open)} open {open === 1 ? "alert" : "alerts"}
        </b>
        {messages.sent === 0 ? (
          "; no message was sent today."
        ) : (
          <>
            {" "}
            and would have held back{" "}
            <b className="font-semibold">
              {count(messages.held_back)} of {count(messages.sent)}
            </b>{" "}
            {messages.sent === 1 ? "message" : "messages"} sent today.
          </>
        )}
      </p>
      {covered.length > 0 && (
        <ul>
          {covered.slice(0, SHOWN).map((group) => (
            <li
              key={`${group.alert_type} ${group.type} ${group.job} ${group.workflow}`}
              className="flex min-h-6 items-center gap-2"
            >
              <AlertMark alert={group} label={alertWord(group.alert_type)} />
              <span className="min-w-0 flex-1 truncate">{aboutText({ ...group, cause: "" })}</span>
              <b className="font-semibold">{count(group.alerts)}</b>
            </li>
          ))}
          {covered.length > SHOWN && <li className="text-ink-3">and {count(covered.length - SHOWN)} more</li>}
        </ul>
      )}
      {others.length > 0 && (
        <p className="text-ink-2">
          Not covered:{" "}
          {others
            .slice(0, SHOWN)
            .map((group) => `${aboutText({ ...group, cause: "" })} ${count(group.alerts)}`)
            .join(", ")}
          {others.length > SHOWN && ` and ${count(others.length - SHOWN)} more`}
        </p>
      )}
    </>
  );
}

/** From now to its end. */
function Hatch({
  endsAt,
  clock,
  now,
}: {
  readonly endsAt: number;
  readonly clock: Clock;
  readonly now: number;
}): ReactElement {
  const end = clock.day(endsAt, now) === clock.day(now, now) ? clock.minutes(endsAt) : clock.day(endsAt, now);
  return (
    <svg
      width="100%"
      height="36"
      className="overflow-visible text-micro"
      role="img"
      aria-label={`Silent from now to ${clock.moment(endsAt, now)}`}
    >
      <defs>
        <pattern id="silent" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="1.5" height="5" fill="var(--line-control)" />
        </pattern>
      </defs>
      <line x1="0" x2="100%" y1="16" y2="16" stroke="var(--line-2)" />
      <rect x="15%" width="60%" y="10" height="12" fill="url(#silent)" stroke="var(--line-control)" />
      <line x1="15%" x2="15%" y1="4" y2="22" stroke="var(--accent)" />
      <text x="15%" y="34" textAnchor="middle" fill="var(--ink-3)">
        now
      </text>
      <text x="75%" y="34" textAnchor="middle" fill="var(--ink-3)">
        {end}
      </text>
    </svg>
  );
}
