import type { ReactElement } from "react";
import { Mark } from "../../../components/mark.tsx";
import { ago, type Clock } from "../../../services/format.ts";
import type { Finding } from "./verdict.ts";

const PLACES: Readonly<Record<NonNullable<Finding["place"]>, string>> = {
  backups: "Backups",
  restore: "Decide",
  pauses: "Pauses",
  workers: "Workers",
  database: "Database",
};

interface Props {
  readonly findings: readonly Finding[];
  readonly clock: Clock;
  readonly now: number;
}

/** Whether all is well, and if not what, since when, and where to go. */
export function VerdictList({ findings, clock, now }: Props): ReactElement {
  return (
    <ol aria-label="State" className="border-b border-line">
      {findings.map(({ status, text, more, since, place }) => (
        <li
          key={text}
          data-status={status}
          className="grid min-h-10 grid-cols-[16px_minmax(0,1fr)_auto] items-center gap-x-2.5 px-(--gutter) py-2 not-first:border-t not-first:border-line"
        >
          <Mark status={status} size={16} />
          <p className="text-pretty">
            <b className="font-semibold">{text}</b> <span className="text-ink-2">{more}</span>
          </p>
          <span className="flex items-center gap-3 whitespace-nowrap">
            {since !== null && (
              <span className="font-semibold text-(--word)" title={clock.moment(since, now)}>
                since {ago(since, now).replace(" ago", "")}
              </span>
            )}
            {place !== null && (
              <a className="text-accent underline" href={`#${place}`}>
                {PLACES[place]}
              </a>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}
