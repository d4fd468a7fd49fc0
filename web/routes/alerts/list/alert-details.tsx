import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { CopyButton } from "../../../components/copy-button.tsx";
import { aboutText } from "../../../services/alert-words.ts";
import { type Clock, count } from "../../../services/format.ts";
import { AlertActions } from "../alert-actions.tsx";
import { type ShownAlert, sameMessageQuery } from "../alerts-queries.ts";
import { Fact, Facts } from "../facts.tsx";
import { OwnFacts } from "../own-facts.tsx";
import { attemptsQuery, attemptsText } from "../task-queries.ts";

interface Props {
  readonly alert: ShownAlert;
  readonly clock: Clock;
  readonly now: number;
  readonly onSelect: (alerts: readonly number[], isOn: boolean) => void;
  readonly onSilence: (alerts: readonly ShownAlert[]) => void;
}

/** What is known of it, and what can be done, below its row. */
export function AlertDetails({ alert, clock, now, onSelect, onSilence }: Props): ReactElement {
  const { data: attempts = [] } = useQuery(attemptsQuery(alert.record_id));
  const { data: same = [] } = useQuery(sameMessageQuery(alert.state === "open" ? alert.message : ""));
  const others = same.filter(({ id }) => id !== alert.id).length;
  const info = attempts.at(-1)?.info ?? "";
  return (
    <div role="row" className="border-b border-line bg-surface">
      <div
        role="gridcell"
        className="flex flex-wrap items-start gap-x-8 gap-y-3 py-3 pr-(--gutter) pl-15 max-[720px]:pl-(--gutter)"
      >
        <Facts>
          <Fact name="message">
            <span className="break-words whitespace-pre-wrap">{alert.message}</span>
          </Fact>
          <Fact name="attempts">{attemptsText(attempts, clock, now)}</Fact>
          {info !== "" && (
            <Fact name="info">
              <span className="flex items-center gap-1 font-mono break-all">
                {info}
                <CopyButton text={info} what="the info" />
              </span>
            </Fact>
          )}
          {others > 0 && (
            <Fact name="also">
              {count(others)} open {others === 1 ? "alert" : "alerts"} with the same message.{" "}
              <button
                type="button"
                className="text-accent underline"
                onClick={() =>
                  onSelect(
                    same.map(({ id }) => id),
                    true,
                  )
                }
              >
                Select all {count(same.length)}
              </button>
            </Fact>
          )}
          <OwnFacts alert={alert} clock={clock} now={now} />
          <Fact name="notes">{alert.notes.map(({ text, author }) => `${author}: ${text}`).join("\n")}</Fact>
          <Fact name="workflow">{alert.workflow === aboutText(alert) ? null : alert.workflow}</Fact>
        </Facts>
        <AlertActions alert={alert} onSilence={() => onSilence([alert])} hasLink />
      </div>
    </div>
  );
}
