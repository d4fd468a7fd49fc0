import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { StatusWord } from "../../../components/mark.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { Head, TABLE } from "../../../components/table.tsx";
import { count, duration, NOTHING, share } from "../../../services/format.ts";
import { useIsPhone } from "../../../services/media.ts";
import type { Backfill } from "../backfill-queries.ts";
import { doneOf, nameOf, spanText, statusOf } from "../backfill-text.ts";

interface Props {
  readonly label: string;
  readonly backfills: readonly Backfill[];
  readonly now: number;
}

/** A row each; its page has the rest. */
export function Backfills({ label, backfills, now }: Props): ReactElement {
  if (useIsPhone()) return <Lines label={label} backfills={backfills} />;
  return (
    <table className={`${TABLE} table-fixed [&_tr>*:first-child]:pl-(--gutter) [&_tr>*:last-child]:pr-(--gutter)`}>
      <caption className="sr-only">{label}</caption>
      <colgroup>
        <col className="w-28" />
        <col className="w-56" />
        <col />
        <col className="w-24" />
        <col className="w-20" />
        <col className="w-20" />
        <col className="w-28" />
        <col className="w-36" />
      </colgroup>
      <thead>
        <tr>
          <Head>Status</Head>
          <Head>Phase</Head>
          <Head>Task times</Head>
          <Head isNumber>Slots</Head>
          <Head isNumber>Done</Head>
          <Head isNumber>Failed</Head>
          <Head isNumber>Took</Head>
          <Head isNumber>Started</Head>
        </tr>
      </thead>
      <tbody>
        {backfills.map((one) => (
          <tr key={one.id} className="hover:bg-surface-3">
            <td>
              <StatusWord status={statusOf(one)}>{one.state}</StatusWord>
            </td>
            <td className="truncate" title={`${nameOf(one)}, ${one.workflow}`}>
              <PageLink one={one} />
              <span className="text-ink-3"> {one.workflow}</span>
            </td>
            <td className="truncate font-mono" title={`${spanText(one)} ${one.zone}`}>
              {spanText(one)}
            </td>
            <td className="text-right">{count(one.total)}</td>
            <td className="text-right">{doneText(one)}</td>
            <td className={`text-right ${one.failed === 0 ? "text-ink-3" : "text-error-text"}`}>{count(one.failed)}</td>
            <td className="text-right">{tookText(one, now)}</td>
            <td className="text-right">
              <RelativeTime at={one.created_at} />
              <span className="sr-only"> by {one.created_by}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** On a phone three lines each. */
function Lines({ label, backfills }: Pick<Props, "label" | "backfills">): ReactElement {
  return (
    <ul aria-label={label}>
      {backfills.map((one) => (
        <li key={one.id} className="grid gap-0.5 border-b border-line px-(--gutter) py-2">
          <span className="flex items-center gap-2">
            <StatusWord status={statusOf(one)}>{one.state}</StatusWord>
            <span className="min-w-0 flex-1 truncate">
              <PageLink one={one} />
            </span>
            <span className="text-small text-ink-3">
              <RelativeTime at={one.created_at} />
            </span>
          </span>
          <span className="truncate font-mono text-small text-ink-2">{spanText(one)}</span>
          <span className="text-small text-ink-3">
            {count(one.total)} slots, {doneText(one)} done
            {one.failed > 0 && <span className="text-error-text">, {count(one.failed)} failed</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}

function PageLink({ one }: { readonly one: Backfill }): ReactElement {
  return (
    <Link to="/backfill/$id" params={{ id: String(one.id) }} className="font-medium hover:underline">
      {nameOf(one)}
    </Link>
  );
}

function doneText(one: Backfill): string {
  return one.total === 0 ? NOTHING : share(doneOf(one) / one.total);
}

function tookText({ created_at: begun, ended_at: ended }: Backfill, now: number): string {
  const took = duration(Math.max(0, (ended === null ? now : Date.parse(ended)) - Date.parse(begun)));
  return ended === null ? `${took} so far` : took;
}
