import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { AlertAnswer } from "../../../src/contract/api/alerts/alert-api.ts";
import { ActButton } from "../../acting/act-button.tsx";
import { ask } from "../../acting/ask.ts";
import { Icon } from "../../components/icon.tsx";

interface Props {
  readonly alert: Pick<AlertAnswer, "id" | "record_id" | "state" | "type" | "workflow">;
  readonly onSilence: () => void;
  /** With a link to its own page. */
  readonly hasLink?: boolean;
}

const LINK =
  "inline-flex h-(--control) items-center rounded-control border border-line-2 bg-surface px-2.5 text-small font-medium hover:bg-surface-3";

/** What can be done about one alert, as its state and the role allow. */
export function AlertActions({ alert, onSilence, hasLink = false }: Props): ReactElement {
  const { id, record_id: record, state } = alert;
  const isLasting = state !== "resolved";
  return (
    <div className="flex flex-wrap gap-2">
      {hasLink && (
        <Link to="/alerts/$id" params={{ id: String(id) }} className={LINK}>
          Open alert
        </Link>
      )}
      {record !== null && (
        <Link to="/tasks/$id" params={{ id: String(record) }} className={LINK}>
          Open task
        </Link>
      )}
      {record !== null && isLasting && (
        <ActButton of={alert} onClick={() => ask({ kind: "retry", selection: { ids: [record] } })}>
          <Icon name="retry" size={14} />
          Retry…
        </ActButton>
      )}
      {(state === "open" || state === "silenced") && (
        <ActButton of={alert} onClick={() => ask({ kind: "acknowledge", alerts: [id] })}>
          Acknowledge…
        </ActButton>
      )}
      {isLasting && (
        <ActButton of="everything" onClick={onSilence}>
          <Icon name="mute" size={14} />
          Silence…
        </ActButton>
      )}
      {isLasting && (
        <ActButton of={alert} kind="stop" onClick={() => ask({ kind: "resolve", alerts: [id] })}>
          Resolve…
        </ActButton>
      )}
    </div>
  );
}
