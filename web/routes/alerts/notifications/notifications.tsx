import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Button } from "../../../components/button.tsx";
import { Empty } from "../../../components/empty.tsx";
import { Pill } from "../../../components/pill.tsx";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import type { Clock } from "../../../services/format.ts";
import { notificationsQuery } from "../alerts-queries.ts";
import { without } from "../search.ts";
import { Channels } from "./channels.tsx";
import { Message, ROW } from "./message.tsx";

const HEADS = ["", "Sent", "Channel", "Kind", "Alerts", "Interval", "Outcome"];

interface Props {
  readonly clock: Clock;
  readonly now: number;
}

/** The channels, and every message to them. */
export function Notifications({ clock, now }: Props): ReactElement {
  const { channel = null } = useSearch({ from: "/shell/alerts" });
  const navigate = useNavigate({ from: "/alerts" });
  const { data, error, refetch, hasNextPage, isFetching, fetchNextPage } = useInfiniteQuery(
    notificationsQuery(channel),
  );
  const choose = (name: string | null): void =>
    void navigate({ search: (before) => (name === null ? without(before, "channel") : { ...before, channel: name }) });
  const messages = data?.pages.flatMap((page) => page.notifications) ?? [];
  return (
    <>
      <section aria-label="Channels" className="border-b border-line pt-3">
        <h2 className="px-(--gutter) pb-2 font-semibold">Channels</h2>
        {/* As high as what stands there while it is loaded. */}
        <div className="min-h-[calc(var(--row)*3)]">
          <Channels clock={clock} now={now} chosen={channel} onChoose={choose} />
        </div>
      </section>
      <section aria-label="Messages" className="pt-3">
        <div className="flex min-h-8 flex-wrap items-center gap-3 px-(--gutter) pb-2">
          <h2 className="font-semibold">Messages</h2>
          {channel !== null && (
            <Pill removeLabel={`Remove channel:${channel}`} onRemove={() => choose(null)}>
              channel:{channel}
            </Pill>
          )}
        </div>
        {data === undefined ? (
          error === null ? (
            <SkeletonRows rows={12} label="Messages are loaded" />
          ) : (
            <Problem what="The messages" error={error} onRetry={() => void refetch()} />
          )
        ) : messages.length === 0 ? (
          <Empty action={channel !== null && <Button onClick={() => choose(null)}>Show all channels</Button>}>
            {channel === null
              ? "No message was sent yet: each will stand here with its outcome."
              : `No message was sent to ${channel} yet.`}
          </Empty>
        ) : (
          <>
            <div
              aria-hidden="true"
              className={`${ROW} h-(--row-head) border-y border-line bg-surface-2 pr-(--gutter) pl-[calc(var(--gutter)-8px)] text-small text-ink-3 max-[720px]:hidden`}
            >
              {HEADS.map((head) => (
                <span
                  key={head}
                  className={head === "Alerts" || head === "Interval" ? "text-right" : head === "Outcome" ? "pl-3" : ""}
                >
                  {head}
                </span>
              ))}
            </div>
            <ol>
              {messages.map((message) => (
                <Message key={message.id} message={message} clock={clock} now={now} />
              ))}
            </ol>
            {hasNextPage && (
              <div className="px-(--gutter) py-3">
                <Button disabled={isFetching} onClick={() => void fetchNextPage()}>
                  Show earlier messages
                </Button>
              </div>
            )}
          </>
        )}
      </section>
    </>
  );
}
