import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { AlertAnswer } from "../../../src/contract/api/alerts/alert-api.ts";
import { resolvesText } from "../../services/alert-words.ts";
import { ago, type Clock, count } from "../../services/format.ts";
import { Fact } from "./facts.tsx";

interface Props {
  readonly alert: AlertAnswer;
  readonly clock: Clock;
  readonly now: number;
}

/** How often it occurred, who keeps it quiet, and how it ends. */
export function OwnFacts({ alert, clock, now }: Props): ReactElement {
  const ended = alert.resolved_at === null ? null : Date.parse(alert.resolved_at);
  return (
    <>
      {alert.count > 1 && (
        <Fact name="occurred">
          {count(alert.count)} times, last {ago(Date.parse(alert.last_seen), now)}; {count(alert.open)} not well yet
        </Fact>
      )}
      {alert.silence_id !== null && (
        <Fact name="silenced">
          <Link to="/alerts" search={{ tab: "silences" }} className="text-accent underline">
            by silence {alert.silence_id}
          </Link>
        </Fact>
      )}
      {ended === null ? (
        <Fact name="resolves">{resolvesText(alert)}</Fact>
      ) : (
        <Fact name="resolved">
          <span title={clock.moment(ended, now)}>{ago(ended, now)}</span>
        </Fact>
      )}
    </>
  );
}
