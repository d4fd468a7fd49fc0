import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { AlertMark, alertWord } from "../../../components/alert-kind.tsx";
import { Button } from "../../../components/button.tsx";
import { copy } from "../../../components/copy-button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { taskTimesText } from "../../../services/alert-words.ts";
import { type Clock, count, duration } from "../../../services/format.ts";
import { showToast } from "../../../services/toasts.ts";
import { channelsQuery, groupsQuery } from "../alerts-queries.ts";
import { chatText, groupName, type OpenGroup, openGroups } from "./chat-text.ts";

const SHOWN = 6;

interface Props {
  readonly clock: Clock;
  readonly now: number;
  /** Only the open alerts of this line. */
  readonly onGroup: (group: OpenGroup) => void;
}

/** What is open, line by line as in the message to a channel. */
export function OpenSummary({ clock, now, onGroup }: Props): ReactElement {
  const { data, error, refetch } = useQuery(groupsQuery);
  const [isWhole, setWhole] = useState(false);
  const groups = openGroups(data?.groups ?? []);
  const shown = isWhole ? groups : groups.slice(0, SHOWN);
  const copyAll = async (): Promise<void> => {
    const isCopied = await copy(chatText(groups));
    showToast(isCopied ? `Copied ${count(groups.length)} lines.` : "The browser did not allow to copy.");
  };
  return (
    <section aria-label="Open" className="border-b border-line px-(--gutter) py-3">
      <div className="mb-1 flex min-h-7 flex-wrap items-center gap-x-3">
        <h2 className="font-semibold">Open</h2>
        <NextMessage clock={clock} now={now} />
        {groups.length > 0 && (
          <Button kind="bare" className="ml-auto h-6!" onClick={() => void copyAll()}>
            <Icon name="copy" size={14} />
            Copy
          </Button>
        )}
      </div>
      {data === undefined ? (
        error === null ? (
          <SkeletonRows rows={SHOWN} label="Open alerts are loaded" />
        ) : (
          <Problem what="The summary" error={error} onRetry={() => void refetch()} />
        )
      ) : groups.length === 0 ? (
        <p className="text-ink-2">No alert is open.</p>
      ) : (
        <ul>
          {shown.map((group) => (
            <li
              key={`${group.alert_type} ${group.type} ${group.job} ${group.workflow}`}
              className="grid min-h-6 grid-cols-[14px_minmax(0,200px)_3rem_minmax(0,1fr)_max-content] items-center gap-x-3 font-mono text-small max-[720px]:grid-cols-[14px_minmax(0,1fr)_auto] max-[720px]:py-1"
            >
              <AlertMark alert={group} label={alertWord(group.alert_type)} />
              <button
                type="button"
                className="min-h-6 truncate text-left hover:underline"
                title={`Only ${groupName(group)}`}
                onClick={() => onGroup(group)}
              >
                {groupName(group)}
              </button>
              <span className="text-right">{count(group.unattended)}</span>
              <span className="truncate max-[720px]:col-start-2">
                {taskTimesText(group.first_task_time, group.last_task_time)}
              </span>
              <span className="font-sans text-ink-3">since {sinceText(group.first_seen, clock, now)}</span>
            </li>
          ))}
        </ul>
      )}
      {groups.length > SHOWN && (
        <Button kind="bare" className="-ml-2 text-accent" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? "Show fewer" : `Show ${count(groups.length - SHOWN)} more`}
        </Button>
      )}
    </section>
  );
}

/** `14:05`, of another day `29 Nov 14:05`. */
function sinceText(at: string, clock: Clock, now: number): string {
  const ms = Date.parse(at);
  const day = clock.day(ms, now);
  return day === clock.day(now, now) ? clock.minutes(ms) : `${day} ${clock.minutes(ms)}`;
}

function NextMessage({ clock, now }: Pick<Props, "clock" | "now">): ReactElement | null {
  const { data: channels } = useQuery(channelsQuery);
  if (channels === undefined) return null;
  const planned = channels.flatMap(({ next_at: at, interval_ms: interval }) =>
    at === null || interval === null ? [] : [{ at: Date.parse(at), interval }],
  );
  const next = planned.filter(({ at }) => at > now).toSorted((a, b) => a.at - b.at)[0];
  const words =
    channels.length === 0
      ? "no channel is configured: nobody is notified"
      : next === undefined
        ? "as sent to the channels"
        : `as sent to the channels, next message at ${clock.minutes(next.at)} (interval ${duration(next.interval)})`;
  return <span className="text-small text-ink-3">{words}</span>;
}
