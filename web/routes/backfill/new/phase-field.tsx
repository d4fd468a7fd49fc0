import { lazy, type ReactElement, Suspense, useState } from "react";
import { Icon } from "../../../components/icon.tsx";
import { Mark } from "../../../components/mark.tsx";
import { statusOf } from "../../../services/task-status.ts";
import type { OptionGroup } from "../../../shell/chooser/chooser.tsx";
import { fuzzy } from "../../../shell/chooser/fuzzy.ts";
import { FIELD } from "../../../acting/fields.tsx";
import { nameOf, type Phase, type Phases } from "./phases.ts";

const Chooser = lazy(async () => ({ default: (await import("../../../shell/chooser/chooser.tsx")).Chooser }));
const SHOWN = 100;

interface Props {
  readonly phases: Phases;
  readonly name: string | undefined;
  readonly workflow: string;
  readonly onChange: (phase: Phase) => void;
}

/** The phase, chosen by a part of its name or of its workflow. */
export function PhaseField({ phases, name, workflow, onChange }: Props): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState("");
  const chosen = name === undefined ? null : phases.one(name, workflow);
  const found = phases.all
    .flatMap((phase) => {
      const match = fuzzy(`${nameOf(phase)} ${phase.workflow}`, text);
      return match === null ? [] : [{ phase, match }];
    })
    .toSorted((a, b) => b.match.score - a.match.score)
    .slice(0, SHOWN);
  const groups: readonly OptionGroup[] = [
    {
      name: "Phases in force",
      options: found.map(({ phase, match }) => ({
        id: String(phase.phase_id),
        sign: <Mark status={phase.last === null ? "none" : statusOf({ ...phase.last, attempt: 0 })} />,
        name: nameOf(phase),
        matched: match.at.filter((at) => at < nameOf(phase).length),
        context: phase.workflow,
        choose: () => onChange(phase),
      })),
    },
  ];
  return (
    <div className="grid gap-1 text-small text-ink-2">
      <span id="backfill-phase">Phase</span>
      <button
        type="button"
        aria-labelledby="backfill-phase backfill-phase-name backfill-phase-file"
        aria-haspopup="dialog"
        className={`${FIELD} flex items-center gap-2 text-left hover:bg-surface-3`}
        onClick={() => {
          setText("");
          setOpen(true);
        }}
      >
        <span id="backfill-phase-name" className={`truncate ${name === undefined ? "text-ink-3" : "font-mono"}`}>
          {name ?? "Choose a phase"}
        </span>{" "}
        <span id="backfill-phase-file" className="ml-auto truncate text-ink-3">
          {chosen?.workflow ?? workflow}
        </span>
        <Icon name="down" size={14} />
      </button>
      {name !== undefined && chosen === null && (
        <p className="text-warn-text">No workflow in force has this phase{workflow === "" ? "" : ` in ${workflow}`}.</p>
      )}
      {isOpen && (
        <Suspense fallback={null}>
          <Chooser
            label="Phase"
            placeholder="A phase or a workflow"
            text={text}
            onText={setText}
            groups={found.length === 0 ? [] : groups}
            empty={phases.all.length === 0 ? "No workflow is in force." : "No phase has this name."}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </div>
  );
}
