import { type ReactElement, useMemo } from "react";
import { ago, Clock } from "../../../services/format.ts";
import { useNow } from "../../../services/now.ts";
import { useZone } from "../../../services/preferences.ts";
import { taskTimeOf } from "../../../components/runs/run-text.ts";
import type { PhaseAbout } from "../../../acting/phases/act-on-phases.ts";
import { Part } from "./part.tsx";

/** The next ticks, with what a pause passes over. */
export function NextTicks({
  phase: { next, next_of: nextOf, parents, zone: phaseZone },
}: {
  readonly phase: PhaseAbout;
}): ReactElement | null {
  const zone = useZone();
  const clock = useMemo(() => new Clock(zone), [zone]);
  const now = useNow(1000);
  const follows = parents.length === 0 ? undefined : `follows ${parents.map(({ name }) => name).join(", ")}`;
  if (next.length === 0)
    return follows === undefined ? null : (
      <Part title="Next" about={follows}>
        <p className="text-small text-ink-3">It has no schedule of its own: it starts with what it follows.</p>
      </Part>
    );
  return (
    <Part title="Next" about={follows}>
      {nextOf !== null && <p className="mb-1 text-small text-ink-3">Each follows a tick of {nextOf}:</p>}
      <ol className="text-small">
        {next.map(({ scheduled_at: at, task_time: time, held }) => (
          <li key={at} className="grid grid-cols-[92px_minmax(0,1fr)_auto] gap-x-2 py-0.5">
            <time dateTime={at} title={zone} className={held === null ? "" : "text-ink-3 line-through"}>
              {clock.minute(Date.parse(at), now)}
            </time>
            {held === null ? (
              <span className="truncate font-mono" title={`Task time, ${phaseZone}`}>
                {taskTimeOf({ task_time: time })}
              </span>
            ) : (
              <span className="text-warn-text">
                paused{held.until === null ? "" : ` until ${clock.minute(Date.parse(held.until), now)}`}
              </span>
            )}
            <span className="text-ink-3">{held === null ? ago(Date.parse(at), now) : ""}</span>
          </li>
        ))}
      </ol>
    </Part>
  );
}
