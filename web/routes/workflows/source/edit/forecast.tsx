import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { RelativeTime } from "../../../../components/relative-time.tsx";
import { StatusWord } from "../../../../components/mark.tsx";
import { Beside, useFile } from "../../frame.tsx";
import { Part } from "../../panel/part.tsx";
import { phasesOfQuery } from "../../workflows-queries.ts";
import type { Validated } from "../source-queries.ts";

/** What the text would be, in the side panel: its phases beside those in force, and its next ticks. */
export function Forecast({
  found,
  isOld,
}: {
  readonly found: Validated | null;
  readonly isOld: boolean;
}): ReactElement {
  const { path } = useFile();
  const { data: inForce = [] } = useQuery(phasesOfQuery(path));
  const known = new Set(inForce.map(nameOf));
  const phases = found?.phases ?? [];
  const now = new Set(phases.map(nameOf));
  const gone = [...known].filter((name) => !now.has(name));
  const byId = new Map(phases.map((phase) => [phase.id, nameOf(phase)]));
  const errors = found?.issues.filter(({ severity }) => severity === "error").length ?? 0;
  return (
    <Beside>
      <Part title="As it would be" about={isOld ? "being checked…" : undefined}>
        <p className="min-h-5">
          {found === null ? null : found.accepted ? (
            <StatusWord status="complete">It would come into force.</StatusWord>
          ) : (
            <StatusWord status="error">
              {errors === 1 ? "1 error" : `${errors} errors`}: it would not come into force.
            </StatusWord>
          )}
        </p>
      </Part>
      <Part title="Phases" about={found === null ? undefined : phases.length}>
        <ul className="text-small">
          {phases.map((phase) => (
            <li key={phase.id} className="flex gap-2 py-0.5">
              <span className="min-w-0 flex-1 truncate font-mono" title={phase.task}>
                {nameOf(phase)}
              </span>
              {!known.has(nameOf(phase)) && <span className="text-ink-2">new</span>}
              <span className="text-ink-3">line {phase.line}</span>
            </li>
          ))}
          {found !== null &&
            gone.map((name) => (
              <li key={name} className="flex gap-2 py-0.5">
                <span className="min-w-0 flex-1 truncate font-mono text-ink-3 line-through">{name}</span>
                <span className="text-warn-text">leaves</span>
              </li>
            ))}
        </ul>
      </Part>
      <Part title="Next ticks">
        {found !== null && found.ticks.length === 0 && (
          <p className="text-small text-ink-2">
            {found.accepted ? "No phase has a schedule." : "None, while the text has an error."}
          </p>
        )}
        <ul className="text-small">
          {found?.ticks.map(({ id, scheduled_at: at, task_time: time }) => (
            <li key={`${id} ${at}`} className="flex gap-2 py-0.5">
              <span className="min-w-0 flex-1 truncate font-mono">{byId.get(id)}</span>
              <span className="font-mono text-ink-2">{time}</span>
              <span className="text-ink-2">
                <RelativeTime at={at} />
              </span>
            </li>
          ))}
        </ul>
      </Part>
    </Beside>
  );
}

function nameOf({ type, job }: { readonly type: string; readonly job: string }): string {
  return job === "" ? type : `${type}:${job}`;
}
