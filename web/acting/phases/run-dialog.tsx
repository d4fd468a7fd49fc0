import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import type { CreateTaskAnswer } from "../../../src/contract/api/tasks/create-task-api.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Icon } from "../../components/icon.tsx";
import { queryClient } from "../../services/queries.ts";
import { showToast } from "../../services/toasts.ts";
import { useIsAway } from "../../services/reach.ts";
import { phasePath, phaseQuery, phaseText } from "./act-on-phases.ts";
import { tasksText } from "../act-on-tasks.ts";
import type { PhaseName } from "../ask.ts";
import { Answers, Check, FIELD, Labelled, ReasonField, Refusal } from "../fields.tsx";
import { useSending } from "../use-sending.ts";
import { type InputValues, metaOf, missingInputs, PhaseInputs } from "./phase-inputs.tsx";
import { RunPreview } from "./run-preview.tsx";
import { usePreview } from "./use-preview.ts";

interface Props {
  readonly phase: PhaseName;
  readonly onDone: (() => void) | undefined;
  readonly onClose: () => void;
}

/** Makes the tasks that a phase would make for a task time, and shows them before. */
export function RunDialog({ phase, onDone, onClose }: Props): ReactElement {
  const [at, setAt] = useState("");
  const [values, setValues] = useState<InputValues>({});
  const [more, setMore] = useState("");
  const [isAtOnce, setAtOnce] = useState(false);
  const [reason, setReason] = useState("");
  const { isSending, refusal, send } = useSending();
  const isAway = useIsAway();
  const { data: about } = useQuery(phaseQuery(phase));
  const inputs = about?.inputs ?? [];
  const missing = missingInputs(inputs, values, more);
  const asked = { at: at === "" ? null : at, meta: metaOf(values, more) };
  const previewed = usePreview(phase, about === undefined || missing.length > 0 ? null : asked);
  const total = previewed.preview?.total ?? null;
  const run = async (): Promise<void> => {
    const answer = await send<CreateTaskAnswer>(phasePath(phase, "trigger"), { ...asked, now: isAtOnce, reason });
    if (answer === null) return;
    const held = answer.tasks.filter((task) => task.held).length;
    onClose();
    showToast(
      `Made ${tasksText(answer.tasks.length)} of ${phaseText(phase)}.`,
      null,
      held === 0 ? null : `${tasksText(held)} wait for a free place.`,
    );
    void queryClient.invalidateQueries();
    onDone?.();
  };
  return (
    <Dialog
      title={`Run ${phaseText(phase)} now?`}
      description="It makes what the phase makes for a task time: one task, or one for each row of a batch. What follows starts when it completes."
      onClose={onClose}
    >
      <p className="text-small text-ink-3">{phase.workflow}</p>
      <Labelled
        label="Task time"
        hint={`by the clock of the phase${about === undefined ? "" : `, ${about.zone}`}; empty: now`}
      >
        <input
          className={`${FIELD} font-mono text-small`}
          placeholder="2026-01-14T13:00"
          value={at}
          onChange={(event) => setAt(event.target.value)}
        />
      </Labelled>
      <PhaseInputs inputs={inputs} values={values} onChange={setValues} />
      <Labelled label={inputs.length === 0 ? "Meta" : "More meta"} hint="merged over that of the phase">
        <input
          className={`${FIELD} font-mono text-small`}
          placeholder="key=value&key2=value2"
          value={more}
          onChange={(event) => setMore(event.target.value)}
        />
      </Labelled>
      <Check isOn={isAtOnce} onChange={setAtOnce}>
        At once, past the limits of the phase on how many run
      </Check>
      <RunPreview {...previewed} missing={missing} />
      <ReasonField value={reason} onChange={setReason} />
      <Refusal refusal={refusal} />
      <Answers>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          kind="go"
          disabled={isSending || isAway || missing.length > 0 || previewed.error !== null}
          onClick={() => void run()}
        >
          <Icon name="play" size={14} />
          {total !== null && total > 1 ? `Make ${tasksText(total)}` : `Run ${phaseText(phase)}`}
        </Button>
      </Answers>
    </Dialog>
  );
}
