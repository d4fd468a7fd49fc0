import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import { ago, type Clock, count, duration, NOTHING } from "../../services/format.ts";
import { metricsQuery, statusQuery } from "../../services/queries.ts";

interface Props {
  readonly deadLetters: number;
  readonly clock: Clock;
  readonly now: number;
}

/** Whether ticks come in time, and messages arrive. */
export function ScheduleAndBus({ deadLetters, clock, now }: Props): ReactElement {
  const { data: status } = useQuery(statusQuery);
  const { data: vitals } = useQuery(metricsQuery);
  const lag = vitals?.tick_lag_ms;
  const link = status?.link;
  const last = link?.last_message_at ?? null;
  return (
    <section className="border-b border-line px-4 py-3 max-[1180px]:px-(--gutter)">
      <h2 className="mb-1 font-semibold">Schedule and bus</h2>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 text-small">
        <Row name="Scheduler lag">
          {lag === undefined || lag.count === 0
            ? NOTHING
            : `${duration(lag.mean)}${lag.p99 === null ? "" : `, 99 % below ${duration(lag.p99)}`}`}
        </Row>
        <Row name="Bus">
          {link === undefined
            ? NOTHING
            : `${link.name}, ${link.state} since ${clock.moment(Date.parse(link.since), now)}`}
        </Row>
        <Row name="Last message">{last === null ? "none yet" : ago(Date.parse(last), now)}</Row>
        <Row name="To send">{vitals === undefined ? NOTHING : count(vitals.queues.outbox)}</Row>
        <Row name="Dead letters">
          {deadLetters === 0 ? (
            "0"
          ) : (
            <Link to="/system" className="text-accent hover:underline">
              {count(deadLetters)}
            </Link>
          )}
        </Row>
        <Row name="Paused phases">{status === undefined ? NOTHING : count(status.paused.length)}</Row>
      </dl>
    </section>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <>
      <dt className="py-1 text-ink-3">{name}</dt>
      <dd className="py-1 text-right">{children}</dd>
    </>
  );
}
