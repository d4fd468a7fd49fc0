import { useQuery } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { parseGrants } from "../../../../src/contract/api/access/grants.ts";
import { ActButton } from "../../../acting/act-button.tsx";
import { ask } from "../../../acting/ask.ts";
import { Button } from "../../../components/button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { useCommands } from "../../../services/commands.ts";
import { count } from "../../../services/format.ts";
import { may } from "../../../services/may.ts";
import { meQuery } from "../../../services/queries.ts";
import type { ShownAlert } from "../alerts-queries.ts";

interface Props {
  /** How many alerts are listed. */
  readonly listed: string;
  readonly selected: readonly number[];
  /** Those of the selection that are loaded. */
  readonly alerts: readonly ShownAlert[];
  readonly onSilence: (alerts: readonly ShownAlert[]) => void;
  readonly onClear: () => void;
  /** What came while the rows wait. */
  readonly children: ReactNode;
}

/** Has its place before something is selected. */
export function SelectionBar({ listed, selected, alerts, onSilence, onClear, children }: Props): ReactElement {
  const { data: me } = useQuery(meQuery);
  const isAllowed = me !== undefined && alerts.every((alert) => may(parseGrants(me.role), "operator", alert));
  const records = [...new Set(alerts.flatMap(({ record_id: record }) => (record === null ? [] : [record])))];
  const acknowledge = (): void => ask({ kind: "acknowledge", alerts: selected, onDone: onClear });
  const retry = (): void => ask({ kind: "retry", selection: { ids: records }, onDone: onClear });
  const resolve = (): void => ask({ kind: "resolve", alerts: selected, onDone: onClear });
  useCommands(
    selected.length === 0 || !isAllowed
      ? null
      : {
          name: `For the ${count(selected.length)} selected`,
          commands: [
            { name: "Acknowledge…", context: "channels are notified no more", icon: "check", run: acknowledge },
            { name: "Silence…", context: "for a while, also what comes", icon: "mute", run: () => onSilence(alerts) },
            ...(records.length === 0
              ? []
              : [{ name: "Retry their tasks…", icon: "retry", key: "e", run: retry } as const]),
            { name: "Resolve…", context: "cannot be undone", icon: "stop", run: resolve },
          ],
        },
  );
  return (
    <div className="flex min-h-9 flex-wrap items-center gap-2 px-(--gutter) py-0.5 text-small">
      {selected.length === 0 ? (
        <span role="status" className="text-ink-3">
          {listed}
        </span>
      ) : (
        <>
          <b role="status" className="font-medium">
            {count(selected.length)} selected
          </b>
          {isAllowed && (
            <>
              <ActButton onClick={acknowledge}>Acknowledge {count(selected.length)}…</ActButton>
              <ActButton of="everything" disabled={alerts.length === 0} onClick={() => onSilence(alerts)}>
                <Icon name="mute" size={14} />
                Silence…
              </ActButton>
              {records.length > 0 && (
                <ActButton onClick={retry}>
                  <Icon name="retry" size={14} />
                  Retry {count(records.length)}…
                </ActButton>
              )}
              <ActButton kind="stop" onClick={resolve}>
                Resolve {count(selected.length)}…
              </ActButton>
            </>
          )}
          <Button kind="bare" onClick={onClear}>
            Clear
          </Button>
          {children}
        </>
      )}
    </div>
  );
}
