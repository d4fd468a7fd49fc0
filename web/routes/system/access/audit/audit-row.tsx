import { type ReactElement, useId, useState } from "react";
import { CopyButton } from "../../../../components/copy-button.tsx";
import { Icon } from "../../../../components/icon.tsx";
import { Mark } from "../../../../components/mark.tsx";
import type { Clock } from "../../../../services/format.ts";
import type { AuditEntry } from "./audit-queries.ts";
import { auditWords } from "./audit-words.ts";
import { BeforeAfter } from "./before-after.tsx";

interface Props {
  readonly entry: AuditEntry;
  readonly clock: Clock;
  readonly now: number;
  readonly onWho: (who: string) => void;
}

/** A sentence; open it has what was there before and what was asked for. */
export function AuditRow({ entry, clock, now, onWho }: Props): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const { verb, what, change } = auditWords(entry);
  const isRefused = entry.outcome === "refused";
  const at = Date.parse(entry.at);
  return (
    <li className="border-b border-line">
      <div
        className={`grid min-h-(--row) grid-cols-[124px_150px_minmax(0,1fr)_minmax(0,214px)_118px_28px] items-center gap-x-3 px-(--gutter) text-small hover:bg-surface-3 max-[1100px]:grid-cols-[124px_120px_minmax(0,1fr)_28px] max-[720px]:grid-cols-[minmax(0,1fr)_auto] max-[720px]:py-1.5 ${isOpen ? "shadow-[inset_2px_0_var(--accent)]" : ""}`}
      >
        <time
          dateTime={entry.at}
          title={`${clock.day(at, now)} ${clock.time(at)} ${clock.zone}`}
          className="text-right whitespace-nowrap max-[720px]:order-2"
        >
          {clock.moment(at, now)}
        </time>
        <span className="flex min-w-0 items-center gap-1.5 max-[720px]:order-1">
          <Icon name={entry.via === "key" ? "key" : "person"} size={14} />
          <button
            type="button"
            className="truncate hover:underline"
            title={`Only what ${entry.who} did`}
            onClick={() => onWho(entry.who)}
          >
            {entry.who === "" ? "unknown" : entry.who}
          </button>
        </span>
        <span className="grid min-w-0 grid-cols-[14px_minmax(0,1fr)] items-center gap-2 max-[720px]:order-3">
          <span data-status={isRefused ? "none" : "complete"}>
            <Mark status={isRefused ? "none" : "complete"} label={isRefused ? "refused" : "done"} />
          </span>
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls={id}
            className="min-h-6 truncate text-left"
            onClick={() => setOpen(!isOpen)}
          >
            <b className={`font-semibold ${isRefused ? "underline decoration-dotted underline-offset-3" : ""}`}>
              {isRefused ? "Refused" : verb}
            </b>
            {isRefused ? `: ${refusedText(verb, what)}` : ` ${what}`}
          </button>
        </span>
        <span className="truncate text-ink-2 max-[1100px]:hidden" title={change}>
          {change === "" ? <span className="text-ink-3">–</span> : change}
        </span>
        <span className="truncate font-mono max-[1100px]:hidden">{entry.address}</span>
        <button
          type="button"
          aria-label={isOpen ? "Close" : "Before and after"}
          aria-expanded={isOpen}
          className="inline-flex size-6 items-center justify-center text-ink-3 max-[720px]:order-4 max-[720px]:justify-self-end"
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name={isOpen ? "down" : "right"} size={12} />
        </button>
      </div>
      {isOpen && (
        <div id={id} className="grid gap-2 py-2 pr-(--gutter) pl-[46px] max-[720px]:pl-(--gutter)">
          <BeforeAfter before={entry.before} after={entry.after} />
          <p className="flex flex-wrap items-center gap-x-2 text-small text-ink-2">
            <span>
              Known by {VIA[entry.via]}
              {entry.address === "" ? "" : `, from ${entry.address}`}:
            </span>
            <code className="font-mono break-all">
              {entry.act}
              {entry.target === "" ? "" : ` ${entry.target}`}
            </code>
            <span className="inline-flex items-center text-ink-3">
              request <code className="ml-1 font-mono break-all">{entry.request_id}</code>
              <CopyButton text={entry.request_id} what="the request" />
            </span>
          </p>
        </div>
      )}
    </li>
  );
}

const VIA: Readonly<Record<AuditEntry["via"], string>> = {
  session: "a login",
  key: "a key",
  proxy: "the proxy",
  token: "the token of the instance",
  loopback: "being on this machine",
  command: "a command on this machine",
  none: "nothing: nobody was logged in",
};

function refusedText(verb: string, what: string): string {
  return verb === "Logged in" ? `a login ${what}`.trim() : `${verb.toLowerCase()} ${what}`.trim();
}
