import type { z } from "zod";
import { type ReactElement, useState } from "react";
import type { acceptWorkflowsAnswer } from "../../../../src/contract/api/instance-api.ts";
import { Answers, ReasonField, Refusal } from "../../../acting/fields.tsx";
import { useSending } from "../../../acting/use-sending.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { queryClient } from "../../../services/queries.ts";
import { useIsAway } from "../../../services/reach.ts";
import { showToast } from "../../../services/toasts.ts";
import { filesText } from "./files-text.ts";

interface Props {
  readonly missing: readonly string[];
  readonly onDone: () => void;
  readonly onClose: () => void;
}

const SHOWN = 12;

/** So many files are gone at once that they stay in force until somebody says that it is meant. */
export function AcceptDialog({ missing, onDone, onClose }: Props): ReactElement {
  const [reason, setReason] = useState("");
  const { isSending, refusal, send } = useSending();
  const isAway = useIsAway();
  const accept = async (): Promise<void> => {
    const answer = await send<z.output<typeof acceptWorkflowsAnswer>>("/api/workflows/accept", { reason });
    if (answer === null) return;
    onClose();
    onDone();
    showToast(
      `Took ${filesText(answer.removed.length)} for removed.`,
      null,
      "They are back once they are in the folder.",
    );
    void queryClient.invalidateQueries();
  };
  return (
    <Dialog
      title={`Take ${filesText(missing.length)} for removed?`}
      description="They are gone from the workflow folder, too many at once to be believed, and stay in force until then. Their phases end: no more ticks, no more tasks for files."
      onClose={onClose}
    >
      <ul className="max-h-40 overflow-y-auto font-mono text-small" tabIndex={0} aria-label="Missing files">
        {missing.slice(0, SHOWN).map((path) => (
          <li key={path} className="truncate">
            {path}
          </li>
        ))}
        {missing.length > SHOWN && <li className="text-ink-3">and {missing.length - SHOWN} more</li>}
      </ul>
      <ReasonField value={reason} onChange={setReason} />
      <Refusal refusal={refusal} />
      <Answers>
        <Button onClick={onClose}>Keep them</Button>
        <Button kind="go" disabled={isSending || isAway} onClick={() => void accept()}>
          Take {filesText(missing.length)} for removed
        </Button>
      </Answers>
    </Dialog>
  );
}
