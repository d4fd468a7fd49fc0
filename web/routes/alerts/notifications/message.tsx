import { Link } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import { CopyButton } from "../../../components/copy-button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { Mark, type Status } from "../../../components/mark.tsx";
import { ago, type Clock, count, duration } from "../../../services/format.ts";
import type { ShownNotification } from "../alerts-queries.ts";

const OUTCOMES: Readonly<Record<ShownNotification["state"], { readonly status: Status; readonly word: string }>> = {
  sent: { status: "complete", word: "accepted" },
  sending: { status: "sent", word: "is being sent" },
  waiting: { status: "waiting", word: "waits" },
  failed: { status: "error", word: "not accepted" },
};
const KINDS = { at_once: "at once", summary: "summary", test: "test" } as const;
const LINKED = 20;

export const ROW =
  "grid grid-cols-[28px_120px_minmax(90px,150px)_76px_64px_88px_minmax(0,1fr)] items-center gap-x-2 max-[720px]:grid-cols-[28px_minmax(0,1fr)_auto]";

interface Props {
  readonly message: ShownNotification;
  readonly clock: Clock;
  readonly now: number;
}

/** One message to a channel; open, what it contained. */
export function Message({ message, clock, now }: Props): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const created = Date.parse(message.created_at);
  const { status, word } = OUTCOMES[message.state];
  const tried = message.attempts > 1 ? `, ${count(message.attempts)} attempts` : "";
  return (
    <li className="border-b border-line text-small">
      <div className={`${ROW} min-h-(--row) pr-(--gutter) pl-[calc(var(--gutter)-8px)] hover:bg-surface-3`}>
        <button
          type="button"
          aria-expanded={isOpen}
          aria-label={`Message ${message.id} to ${message.channel}`}
          className="grid size-7 place-items-center text-ink-2"
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name={isOpen ? "down" : "right"} size={14} />
        </button>
        <time dateTime={message.created_at} title={`${ago(created, now)}, ${clock.zone}`}>
          {clock.moment(created, now)}
        </time>
        <span className="truncate" title={message.channel}>
          {message.channel}
        </span>
        <span className="text-ink-2 max-[720px]:hidden">{KINDS[message.kind]}</span>
        <span className="text-right max-[720px]:hidden" title="Alerts that it contained">
          {count(message.alert_ids.length)}
        </span>
        <span className="text-right text-ink-2 max-[720px]:hidden">
          {message.kind === "summary" ? duration(message.interval_ms) : ""}
        </span>
        <span
          data-status={status}
          className="flex min-w-0 items-center gap-1.5 pl-3 text-(--word) max-[720px]:col-span-2 max-[720px]:col-start-2 max-[720px]:pb-1.5 max-[720px]:pl-0"
        >
          <Mark status={status} />
          <span className="truncate" title={message.answer}>
            {word}
            {tried}
            {message.answer !== "" && `: ${message.answer}`}
          </span>
        </span>
      </div>
      {isOpen && (
        <div className="grid gap-2 pt-1 pr-(--gutter) pb-3 pl-12 max-[720px]:pl-(--gutter)">
          <div className="flex items-start gap-1">
            <pre
              tabIndex={0}
              className="max-h-80 min-w-0 flex-1 overflow-auto rounded-control bg-surface-2 p-2 font-mono whitespace-pre-wrap break-words"
            >
              {message.text === "" ? "Its text is not shown to you." : message.text}
            </pre>
            {message.text !== "" && <CopyButton text={message.text} what="the message" />}
          </div>
          <p className="flex flex-wrap gap-x-2 text-ink-2">
            {message.alert_ids.length === 0 ? "About no alert." : "About"}
            {message.alert_ids.slice(0, LINKED).map((id) => (
              <Link key={id} to="/alerts/$id" params={{ id: String(id) }} className="text-accent underline">
                alert {id}
              </Link>
            ))}
            {message.alert_ids.length > LINKED && `and ${count(message.alert_ids.length - LINKED)} more`}
          </p>
        </div>
      )}
    </li>
  );
}
