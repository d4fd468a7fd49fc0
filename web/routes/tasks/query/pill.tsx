import type { ReactElement } from "react";
import { Pill } from "../../../components/pill.tsx";
import type { Clock } from "../../../services/format.ts";
import { writtenSpan } from "../range/range.ts";

interface Props {
  readonly term: string;
  readonly clock: Clock;
  readonly now: number;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

/** A condition of the query: its text edits it, its cross takes it off. */
export function TermPill({ term, clock, now, onEdit, onRemove }: Props): ReactElement {
  const [field, value] = partsOf(term);
  const span = writtenSpan(term);
  return (
    <Pill removeLabel={`Remove ${term}`} onRemove={onRemove}>
      <button type="button" className="h-6 max-w-full truncate" title={`${term} (press to change)`} onClick={onEdit}>
        <span className="text-ink-3">{field}</span>
        {span === null ? value : <span className="font-sans">{spanText(span, clock, now)}</span>}
      </button>
    </Pill>
  );
}

function partsOf(term: string): readonly [field: string, value: string] {
  const at = /^-?(?:meta\.[^\s:=<>"(),]+|[A-Za-z_]+)(?::|(?=[<>])|=)/.exec(term)?.[0].length ?? 0;
  return [term.slice(0, at), term.slice(at)];
}

function spanText(
  { from, until }: { readonly from: number; readonly until: number },
  clock: Clock,
  now: number,
): string {
  const text = (at: number): string => `${clock.day(at, now)} ${clock.minutes(at)}`;
  const isOneDay = clock.day(from, now) === clock.day(until - 1, now);
  return `${text(from)}–${isOneDay ? clock.minutes(until) : text(until)}`;
}
