import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import type { TestChannelAnswer } from "../../../../src/contract/api/alerts/channel-api.ts";
import { ActButton } from "../../../acting/act-button.tsx";
import { useSending } from "../../../acting/use-sending.ts";
import { Empty } from "../../../components/empty.tsx";
import { Mark } from "../../../components/mark.tsx";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { Head, TABLE } from "../../../components/table.tsx";
import { ago, type Clock, duration, NOTHING } from "../../../services/format.ts";
import { queryClient } from "../../../services/queries.ts";
import { type Channel, channelsQuery } from "../alerts-queries.ts";
import { scopeTerms } from "../silences/scope.ts";

interface Props {
  readonly clock: Clock;
  readonly now: number;
  readonly chosen: string | null;
  readonly onChoose: (channel: string | null) => void;
}

/** Whom Flowlord notifies of what, and how often now. */
export function Channels({ clock, now, chosen, onChoose }: Props): ReactElement {
  const { data, error, refetch } = useQuery(channelsQuery);
  if (data === undefined)
    return error === null ? (
      <SkeletonRows rows={3} label="Channels are loaded" />
    ) : (
      <Problem what="The channels" error={error} onRetry={() => void refetch()} />
    );
  if (data.length === 0)
    return (
      <Empty>
        No channel is configured, so nobody is notified. A <code className="font-mono">[[channel]]</code> of the
        configuration names one: Slack, Teams, PagerDuty, mail or a webhook.
      </Empty>
    );
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Table of channels">
      <table className={`${TABLE} min-w-200`}>
        <thead>
          <tr>
            <Head>Channel</Head>
            <Head>Kind</Head>
            <Head>Notified of</Head>
            <Head isNumber>Interval in force</Head>
            <Head isNumber>Next message</Head>
            <Head>Test</Head>
          </tr>
        </thead>
        <tbody>
          {data.map((channel) => (
            <Row
              key={channel.name}
              channel={channel}
              clock={clock}
              now={now}
              isChosen={channel.name === chosen}
              onChoose={() => onChoose(channel.name === chosen ? null : channel.name)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  readonly channel: Channel;
  readonly clock: Clock;
  readonly now: number;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Row({ channel, clock, now, isChosen, onChoose }: RowProps): ReactElement {
  const { name, kind, matcher, interval_ms: interval, min_frequency_ms: least, max_frequency_ms: most } = channel;
  const next = channel.next_at === null ? null : Date.parse(channel.next_at);
  const isBackedOff = interval !== null && interval > least;
  return (
    <tr className={isChosen ? "bg-accent-weak" : ""}>
      <td>
        <button type="button" aria-pressed={isChosen} className="hover:underline" onClick={onChoose}>
          {name}
        </button>
      </td>
      <td>{kind}</td>
      <td className="max-w-60 truncate font-mono">{scopeTerms({ alert_id: null, matcher }).join(" ")}</td>
      <td className="text-right" title={`from ${duration(least)} to ${duration(most)}`}>
        {interval === null ? <span className="text-ink-3">{NOTHING}</span> : duration(interval)}
        {isBackedOff && <span className="text-ink-3"> of {duration(least)}, alerts keep coming</span>}
      </td>
      <td className="text-right">
        {channel.unfinished ? (
          "is being sent"
        ) : next === null ? (
          <span className="text-ink-3">{NOTHING}</span>
        ) : next <= now ? (
          "with the next alert"
        ) : (
          <span title={ago(next, now)}>{clock.moment(next, now)}</span>
        )}
      </td>
      <td>
        <Test name={name} />
      </td>
    </tr>
  );
}

/** Sends a message and says what the receiver answered. */
function Test({ name }: { readonly name: string }): ReactElement {
  const { isSending, refusal, send } = useSending();
  const [answer, setAnswer] = useState<TestChannelAnswer | null>(null);
  const test = async (): Promise<void> => {
    setAnswer(null);
    setAnswer(await send<TestChannelAnswer>(`/api/channels/${encodeURIComponent(name)}/test`, {}));
    void queryClient.invalidateQueries({ queryKey: ["alerts", "notifications"] });
  };
  return (
    <span className="flex items-center gap-2">
      <ActButton of="everything" disabled={isSending} onClick={() => void test()}>
        {isSending ? "Sending" : "Send a test"}
      </ActButton>
      <span role="status" className="inline-flex items-center gap-1.5">
        {answer !== null && (
          <>
            <Mark status={answer.sent ? "complete" : answer.tries_again ? "retrying" : "error"} />
            {answer.sent ? "accepted" : answer.tries_again ? "not yet, tried again" : "refused"}: {answer.answer}
          </>
        )}
        {refusal?.message}
      </span>
    </span>
  );
}
