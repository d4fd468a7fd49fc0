import { type ReactElement, useState } from "react";
import type { z } from "zod";
import type { alertActionAnswer } from "../../src/contract/api/alerts/alert-api.ts";
import { Button } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { count } from "../services/format.ts";
import { queryClient } from "../services/queries.ts";
import { useIsAway } from "../services/reach.ts";
import { showToast } from "../services/toasts.ts";
import { Answers, FIELD, isCountTyped, Labelled, Refusal, TypedCount } from "./fields.tsx";
import { useSending } from "./use-sending.ts";

interface Props {
  readonly action: "acknowledge" | "resolve";
  readonly alerts: readonly number[];
  readonly onDone: (() => void) | undefined;
  readonly onClose: () => void;
}

const SAYS = {
  acknowledge: {
    verb: "Acknowledge",
    done: "Acknowledged",
    follows: "Channels are not notified of them any more. They stay listed until what caused them is gone.",
    stay: "Cancel",
  },
  resolve: {
    verb: "Resolve",
    done: "Resolved",
    follows:
      "They are over, though their cause may not be. This cannot be undone: if it occurs again, a new alert begins.",
    stay: "Keep them open",
  },
} as const;

/** Asks before somebody says of alerts that they look after them, or that they are over. */
export function AlertDialog({ action, alerts, onDone, onClose }: Props): ReactElement {
  const { verb, done, follows, stay } = SAYS[action];
  const [note, setNote] = useState("");
  const [typed, setTyped] = useState("");
  const { isSending, refusal, send } = useSending();
  const isAway = useIsAway();
  const what = alerts.length === 1 ? "1 alert" : `${count(alerts.length)} alerts`;
  const isTyped = action === "acknowledge" || isCountTyped(alerts.length, typed);
  const answer = async (): Promise<void> => {
    const told = await send<z.output<typeof alertActionAnswer>>("/api/alerts/actions", { action, ids: alerts, note });
    if (told === null) return;
    const left = alerts.length - told.changed.length;
    const changed = told.changed.length === 1 ? "1 alert" : `${count(told.changed.length)} alerts`;
    showToast(`${done} ${changed}.`, null, left === 0 ? null : `${count(left)} had been answered already.`);
    void queryClient.invalidateQueries();
    onClose();
    onDone?.();
  };
  return (
    <Dialog
      title={`${verb} ${what}?`}
      description={alerts.length === 1 ? singular(follows) : follows}
      onClose={onClose}
    >
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (isTyped && !isSending && !isAway) void answer();
        }}
      >
        <Labelled label="Note" hint="for whoever looks next">
          <input className={FIELD} value={note} maxLength={2000} onChange={(event) => setNote(event.target.value)} />
        </Labelled>
        {action === "resolve" && <TypedCount count={alerts.length} value={typed} onChange={setTyped} />}
        <Refusal refusal={refusal} />
        <Answers>
          <Button onClick={onClose}>{stay}</Button>
          <Button
            kind={action === "resolve" ? "danger" : "go"}
            type="submit"
            disabled={!isTyped || isSending || isAway}
          >
            {verb} {what}
          </Button>
        </Answers>
      </form>
    </Dialog>
  );
}

function singular(text: string): string {
  return text
    .replace("notified of them", "notified of it")
    .replace("They stay listed until what caused them", "It stays listed until what caused it")
    .replace("They are over, though their", "It is over, though its");
}
