import type { ReactElement } from "react";
import { CopyButton } from "../../components/copy-button.tsx";
import { aboutText } from "../../services/alert-words.ts";
import { ago, type Clock } from "../../services/format.ts";
import { Fact, Facts } from "../alerts/facts.tsx";
import { OwnFacts } from "../alerts/own-facts.tsx";
import type { AlertHistory } from "./alert-query.ts";

const LINK = "text-accent underline break-words";

interface Props {
  readonly history: AlertHistory;
  readonly clock: Clock;
  readonly now: number;
}

/** What helps whoever looks after it. */
export function About({ history: { alert, phase, links, log }, clock, now }: Props): ReactElement {
  const began = Date.parse(alert.created_at);
  const { owner = "", description = "", runbook = "" } = phase ?? {};
  return (
    <Facts>
      <Fact name="began">
        <span title={ago(began, now)}>{clock.moment(began, now)}</span>
      </Fact>
      <OwnFacts alert={alert} clock={clock} now={now} />
      <Fact name="workflow">{alert.workflow}</Fact>
      <Fact name="cause">{alert.cause === aboutText(alert) ? null : alert.cause}</Fact>
      <Fact name="owner">{owner}</Fact>
      <Fact name="what for">{description}</Fact>
      <Fact name="runbook">
        {/^https?:\/\/\S+$/.test(runbook) ? <PageLink url={runbook} name={runbook} /> : runbook}
      </Fact>
      {links.length > 0 && (
        <Fact name="links">
          <span className="flex flex-wrap gap-x-3">
            {links.map(({ name, url }) => (
              <PageLink key={name} name={name} url={url} />
            ))}
          </span>
        </Fact>
      )}
      <Fact name="channels">{alert.notify.length === 0 ? "those whose matcher matches" : alert.notify.join(", ")}</Fact>
      {alert.labels !== "" && (
        <Fact name="meta">
          <span className="flex items-start gap-1 font-mono break-all">
            {alert.labels}
            <CopyButton text={alert.labels} what="the meta" />
          </span>
        </Fact>
      )}
      {log !== null && (
        <Fact name="log">
          {log.last_line !== "" && <code className="block font-mono break-all">{log.last_line}</code>}
          <span className="break-all text-ink-3">
            {log.error ?? (log.host === null ? log.path : `${log.host}: ${log.path}`)}
          </span>
        </Fact>
      )}
    </Facts>
  );
}

/** Only to pages: a configured link may have the text of a task in it. */
function PageLink({ name, url }: { readonly name: string; readonly url: string }): ReactElement {
  if (!/^(?:https?:|mailto:|\/(?!\/))/i.test(url)) return <>{name}</>;
  return (
    <a href={url} rel="noreferrer" className={LINK}>
      {name}
    </a>
  );
}
