import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { ActButton } from "../../../acting/act-button.tsx";
import { ask, type PhaseName } from "../../../acting/ask.ts";
import { phaseText, resume } from "../../../acting/phases/act-on-phases.ts";
import { Icon } from "../../../components/icon.tsx";
import { useMay } from "../../../services/may.ts";
import type { FilePhase } from "../workflows-queries.ts";

const LINK_BUTTON =
  "inline-flex h-(--control) items-center gap-1.5 rounded-control border border-line-2 bg-surface px-2.5 text-small font-medium hover:bg-surface-3";

/** What can be done with a phase, by whom may. */
export function PhaseActions({ phase, name }: { readonly phase: FilePhase; readonly name: PhaseName }): ReactElement {
  const mayBackfill = useMay("operator", name);
  const { paused } = phase;
  // What its file says is changed in the file.
  const isByPerson = paused !== null && paused.by !== null;
  return (
    <div className="mt-2 flex flex-wrap gap-2">
      <ActButton of={name} onClick={() => ask({ kind: "run", phase: name })}>
        <Icon name="play" size={14} />
        Run now…
      </ActButton>
      {paused === null && (
        <ActButton of={name} onClick={() => ask({ kind: "pause", phase: name })}>
          <Icon name="pause" size={14} />
          Pause…
        </ActButton>
      )}
      {isByPerson && (
        <ActButton of={name} onClick={() => void resume(name, { until: paused.until, reason: paused.reason ?? "" })}>
          <Icon name="play" size={14} />
          Resume
        </ActButton>
      )}
      {mayBackfill && (
        <Link to="/backfill" search={{ of: phaseText(name), workflow: name.workflow }} className={LINK_BUTTON}>
          <Icon name="backfill" size={14} />
          Backfill…
        </Link>
      )}
    </div>
  );
}
