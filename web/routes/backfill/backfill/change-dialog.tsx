import { type ReactElement, useState } from "react";
import type { z } from "zod";
import type { changeBackfillAnswer } from "../../../../src/contract/api/workflows/backfill-api.ts";
import { Answers, isCountTyped, ReasonField, Refusal, TypedCount } from "../../../acting/fields.tsx";
import { useSending } from "../../../acting/use-sending.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { Icon } from "../../../components/icon.tsx";
import { count } from "../../../services/format.ts";
import { useIsAway } from "../../../services/reach.ts";
import { showToast } from "../../../services/toasts.ts";
import type { Backfill } from "../backfill-queries.ts";
import { doneOf, nameOf, slotsText } from "../backfill-text.ts";

interface Props {
  readonly act: "cancel" | "retry-failed";
  readonly backfill: Backfill;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Asks before what is left of a backfill is cancelled, which nothing takes back, or what failed is made again. */
export function ChangeDialog({ act, backfill, onDone, onClose }: Props): ReactElement {
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  // The slots go on meanwhile: what was read when the dialog opened is what is typed.
  const [{ slots, active }] = useState(() => ({
    slots: act === "cancel" ? backfill.total - doneOf(backfill) : backfill.failed,
    active: backfill.active,
  }));
  const { isSending, refusal, send } = useSending();
  const isAway = useIsAway();
  const { id } = backfill;
  const isCancel = act === "cancel";
  const go = async (): Promise<void> => {
    const answer = await send<z.output<typeof changeBackfillAnswer>>(`/api/backfills/${id}/${act}`, { reason });
    onDone();
    if (answer === null) return;
    onClose();
    showToast(
      isCancel
        ? `Cancelled ${slotsText(answer.slots)} of backfill ${id}.`
        : `Retried ${slotsText(answer.slots)} of backfill ${id}.`,
      null,
    );
  };
  return (
    <Dialog
      title={isCancel ? `Cancel ${slotsText(slots)} of ${nameOf(backfill)}?` : `Retry ${slotsText(slots)} that failed?`}
      description={
        isCancel
          ? "This cannot be undone. What has ended stays as it is."
          : "Each gets a new task, under the same limit. The backfill goes on until they are done."
      }
      onClose={onClose}
    >
      {isCancel && (
        <ul className="grid list-disc gap-1 pl-5 text-ink-2">
          <li>{slotsText(Math.max(0, slots - active))} that wait get no task.</li>
          <li>
            {active === 1 ? "1 task that is unfinished is" : `${count(active)} tasks that are unfinished are`} cancelled
            too, also what is queued.
          </li>
        </ul>
      )}
      <ReasonField value={reason} onChange={setReason} />
      {isCancel && <TypedCount count={slots} value={typed} onChange={setTyped} />}
      <Refusal refusal={refusal} />
      <Answers>
        <Button onClick={onClose}>{isCancel ? "Keep it running" : "Cancel"}</Button>
        <Button
          kind={isCancel ? "danger" : "go"}
          disabled={isSending || isAway || slots === 0 || (isCancel && !isCountTyped(slots, typed))}
          onClick={() => void go()}
        >
          {!isCancel && <Icon name="retry" size={14} />}
          {isCancel ? "Cancel" : "Retry"} {slotsText(slots)}
        </Button>
      </Answers>
    </Dialog>
  );
}
