import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Mark } from "../../components/mark.tsx";
import { Head, TABLE } from "../../components/table.tsx";
import { ago, type Clock, count } from "../../services/format.ts";
import type { AlertHistory } from "./alert-query.ts";
import { OccurrenceStrip } from "./occurrence-strip.tsx";

interface Props {
  readonly alert: AlertHistory["alert"];
  readonly occurrences: AlertHistory["occurrences"];
  readonly clock: Clock;
  readonly now: number;
}

/** When it occurred, with which task, and when that became well. */
export function Occurrences({ alert, occurrences, clock, now }: Props): ReactElement {
  return (
    <>
      <OccurrenceStrip alert={alert} occurrences={occurrences} clock={clock} now={now} />
      <div className="max-h-100 overflow-auto" tabIndex={0} role="region" aria-label="Table of occurrences">
        <table className={TABLE}>
          <thead>
            <tr>
              <Head>Occurred</Head>
              <Head>Task</Head>
              <Head>Message</Head>
              <Head>Well since</Head>
            </tr>
          </thead>
          <tbody>
            {occurrences.map(({ id, at, record_id: record, message, resolved_at: resolved, reopened }) => (
              <tr key={id}>
                <td className="whitespace-nowrap" title={ago(Date.parse(at), now)}>
                  {clock.moment(Date.parse(at), now)}
                </td>
                <td className="whitespace-nowrap">
                  {record === null ? (
                    <span className="text-ink-3">none</span>
                  ) : (
                    <Link to="/tasks/$id" params={{ id: String(record) }} className="text-accent underline">
                      task {record}
                    </Link>
                  )}
                </td>
                <td className="max-w-0 min-w-40 truncate" title={message}>
                  {reopened ? (
                    <span className="text-ink-2">open again: a silence ended before the cause did</span>
                  ) : (
                    message
                  )}
                </td>
                <td className="whitespace-nowrap">
                  {resolved === null ? (
                    <span className="inline-flex items-center gap-1.5 text-ink-2">
                      <Mark status="none" size={12} />
                      {alert.resolved_at === null ? "not yet" : "not before the alert was resolved"}
                    </span>
                  ) : (
                    <span className="inline-flex items-center gap-1.5" title={ago(Date.parse(resolved), now)}>
                      <Mark status="complete" size={12} />
                      {clock.moment(Date.parse(resolved), now)}
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {alert.count > occurrences.length && (
        <p className="pt-2 text-small text-ink-3">
          The newest {count(occurrences.length)} of {count(alert.count)}.
        </p>
      )}
    </>
  );
}
