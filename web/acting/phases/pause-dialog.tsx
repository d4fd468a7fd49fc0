import { type ReactElement, useState } from "react";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Icon } from "../../components/icon.tsx";
import { Segments } from "../../components/segments.tsx";
import { useIsAway } from "../../services/reach.ts";
import { phasePath, phaseText, tellPaused } from "./act-on-phases.ts";
import type { PhaseName } from "../ask.ts";
import { Answers, FIELD, Labelled, ReasonField, Refusal } from "../fields.tsx";
import { useSending } from "../use-sending.ts";

interface Props {
  readonly phase: PhaseName;
  readonly onDone: (() => void) | undefined;
  readonly onClose: () => void;
}

const HOUR = 3_600_000;
const UNTIL = [
  { value: "resume", name: "until resumed" },
  { value: "1", name: "1 h" },
  { value: "4", name: "4 h" },
  { value: "24", name: "1 d" },
  { value: "time", name: "a time" },
] as const;
type Until = (typeof UNTIL)[number]["value"];

/** Nothing of a phase is started for a while. */
export function PauseDialog({ phase, onDone, onClose }: Props): ReactElement {
  const [until, setUntil] = useState<Until>("resume");
  const [time, setTime] = useState("");
  const [reason, setReason] = useState("");
  const { isSending, refusal, send } = useSending();
  const isAway = useIsAway();
  const pause = async (): Promise<void> => {
    const end = endOf(until, time);
    const answer = await send(phasePath(phase, "pause"), { until: end, reason });
    if (answer === null) return;
    onClose();
    tellPaused(phase);
    onDone?.();
  };
  const name = phaseText(phase);
  return (
    <Dialog
      title={`Pause ${name}?`}
      description="Nothing of it is started, whatever asks for it. What comes meanwhile is kept, and starts at the end of the pause."
      onClose={onClose}
    >
      <p className="text-small text-ink-3">{phase.workflow}</p>
      <Segments label="Until" value={until} options={UNTIL} onChange={setUntil} />
      {until === "time" && (
        <Labelled label="It ends" hint="by the clock of this computer">
          <input
            type="datetime-local"
            className={FIELD}
            value={time}
            onChange={(event) => setTime(event.target.value)}
          />
        </Labelled>
      )}
      <ReasonField value={reason} onChange={setReason} />
      <Refusal refusal={refusal} />
      <Answers>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          kind="go"
          disabled={isSending || isAway || (until === "time" && time === "")}
          onClick={() => void pause()}
        >
          <Icon name="pause" size={14} />
          Pause {name}
        </Button>
      </Answers>
    </Dialog>
  );
}

function endOf(until: Until, time: string): string | null {
  if (until === "resume") return null;
  return (until === "time" ? new Date(time) : new Date(Date.now() + Number(until) * HOUR)).toISOString();
}
