import type { ReactElement } from "react";
import { Head, TABLE } from "../../../components/table.tsx";
import { type Clock, count } from "../../../services/format.ts";
import { isLasting, type Lane } from "./lanes.ts";

interface Props {
  readonly lanes: readonly Lane[];
  readonly clock: Clock;
  readonly now: number;
}

/** The numbers of the strip. */
export function LaneTable({ lanes, clock, now }: Props): ReactElement {
  return (
    <div className="max-h-80 overflow-auto" tabIndex={0} role="region" aria-label="Alerts by task">
      <table className={TABLE}>
        <thead>
          <tr>
            <Head>About</Head>
            <Head isNumber>Alerts</Head>
            <Head isNumber>Unresolved</Head>
            <Head isNumber>First</Head>
            <Head isNumber>Last</Head>
          </tr>
        </thead>
        <tbody>
          {lanes.map(({ name, alerts }) => {
            const lasting = alerts.filter(isLasting).length;
            return (
              <tr key={name}>
                <td className="max-w-60 truncate" title={name}>
                  {name}
                </td>
                <td className="text-right">{count(alerts.length)}</td>
                <td className={`text-right ${lasting === 0 ? "text-ink-3" : ""}`}>{count(lasting)}</td>
                <td className="text-right">{momentOf(alerts[0]?.created_at, clock, now)}</td>
                <td className="text-right">{momentOf(alerts.at(-1)?.last_seen, clock, now)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function momentOf(at: string | undefined, clock: Clock, now: number): string {
  return at === undefined ? "" : clock.moment(Date.parse(at), now);
}
