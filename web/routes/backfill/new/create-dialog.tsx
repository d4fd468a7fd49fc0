import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import type { z } from "zod";
import type { createBackfillAnswer } from "../../../../src/contract/api/workflows/backfill-api.ts";
import { Differs } from "../../../acting/about.tsx";
import { tasksText } from "../../../acting/act-on-tasks.ts";
import { Answers, ReasonField, Refusal } from "../../../acting/fields.tsx";
import { useSending } from "../../../acting/use-sending.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { Icon } from "../../../components/icon.tsx";
import { SlotSwatch } from "../../../components/slots/slot-mark.tsx";
import { count } from "../../../services/format.ts";
import { useIsAway } from "../../../services/reach.ts";
import { showToast } from "../../../services/toasts.ts";
import type { Draft } from "../backfill-queries.ts";
import type { BackfillSearch } from "../search.ts";
import { ACTIVE } from "./draft.ts";
import { fateOf, LOOKS } from "./looks.ts";
import { nameOf } from "./phases.ts";
import type { Preview } from "./use-preview.ts";

interface Props {
  readonly draft: Draft;
  readonly search: BackfillSearch;
  readonly preview: Preview;
  readonly followers: number;
  readonly onClose: () => void;
}

/** Asks before the tasks are made. What the preview counts meanwhile has to be accepted. */
export function CreateDialog({ draft, search, preview, followers, onClose }: Props): ReactElement {
  const [accepted, setAccepted] = useState(preview.selected);
  const [reason, setReason] = useState("");
  const { isSending, refusal, send } = useSending();
  const isAway = useIsAway();
  const client = useQueryClient();
  const navigate = useNavigate();
  const active = search.active ?? ACTIVE;
  const differs = preview.isWhole && preview.selected !== accepted ? preview.selected : null;
  const create = async (): Promise<void> => {
    const answer = await send<z.output<typeof createBackfillAnswer>>("/api/backfills", {
      ...draft,
      children: search.children === true,
      max_active: active,
      stop_on_failure: search.stop === true,
      total: accepted,
      reason,
    });
    if (answer === null) return;
    onClose();
    showToast(`Began backfill ${answer.id} of ${nameOf(draft)}: ${tasksText(accepted)}.`, null);
    void client.invalidateQueries({ queryKey: ["backfills"] });
    await navigate({ to: "/backfill/$id", params: { id: String(answer.id) } });
  };
  return (
    <Dialog
      title={`Create ${tasksText(accepted)}?`}
      description={`Of ${nameOf(draft)} in ${preview.page.workflow}, ${draft.order} first, ${count(active)} at once${search.stop === true ? ", until the first failure" : ""}.`}
      onClose={onClose}
    >
      <ul className="grid gap-1 text-small">
        {LOOKS.filter(({ kind }) => preview.counts[kind] > 0).map(({ kind, state, word }) => (
          <li key={kind} className="flex items-center gap-2">
            <SlotSwatch state={state} />
            <b className="min-w-10 text-right font-semibold">{count(preview.counts[kind])}</b>
            <span>{word}</span>
            <span className="text-ink-3">{fateOf(kind, draft.only)}</span>
          </li>
        ))}
      </ul>
      <p className="text-ink-2">
        {followers === 0
          ? "What follows from its tasks is not started."
          : `Each task’s ${followers === 1 ? "child follows" : `${count(followers)} children follow`} it.`}
      </p>
      <Differs differs={differs} accepted={accepted} onAccept={() => setAccepted(preview.selected)} />
      <ReasonField value={reason} onChange={setReason} />
      <p className="text-small text-ink-3">
        It yields to live tasks of its type. It can be paused or cancelled at any time.
      </p>
      <Refusal refusal={refusal} />
      <Answers>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          kind="go"
          disabled={differs !== null || !preview.isWhole || accepted === 0 || isSending || isAway}
          onClick={() => void create()}
        >
          <Icon name="play" size={14} />
          Create {tasksText(accepted)}
        </Button>
      </Answers>
    </Dialog>
  );
}
