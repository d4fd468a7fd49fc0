import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactElement, useMemo, useState } from "react";
import { Button } from "../../../components/button.tsx";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import type { Clock } from "../../../services/format.ts";
import { Part } from "../part.tsx";
import type { FilesSearch } from "../search.ts";
import { arrivalsQuery } from "./arrivals-queries.ts";
import { ArrivalMap } from "./arrival-map.tsx";
import { Chosen } from "./chosen.tsx";
import { filesOf } from "./files-of.ts";
import { layoutOf } from "./layout.ts";
import { scaleOf } from "./lateness.ts";
import { PhaseChoice } from "./phase-choice.tsx";
import { Summary } from "./summary.tsx";
import { chosenPhase, useWaitingPhases } from "./waiting-phases.ts";

/** How late the files of a phase came, task time by task time. */
export function Arrivals({ clock }: { readonly clock: Clock }): ReactElement {
  const { arrivals: asked, arrival } = useSearch({ from: "/shell/files" });
  const navigate = useNavigate({ from: "/files" });
  const phases = useWaitingPhases();
  const phase = phases === undefined ? undefined : chosenPhase(phases, asked);
  const { data, error, refetch } = useQuery(arrivalsQuery(phase?.key));
  const scale = useMemo(() => (data === undefined ? null : scaleOf(data)), [data]);
  const layout = useMemo(() => (data === undefined || scale === null ? null : layoutOf(data, scale)), [data, scale]);
  const [isTable, setTable] = useState(false);
  return (
    <Part
      title="Arrivals"
      className="min-h-110 max-[1180px]:min-h-137 max-[720px]:min-h-112"
      actions={
        <>
          {phases !== undefined && phases.length > 0 && <PhaseChoice phases={phases} chosen={phase} />}
          <Button kind="bare" className="text-accent!" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
            {isTable ? "Show as chart" : "Show as table"}
          </Button>
        </>
      }
    >
      {phases !== undefined && phase === undefined ? (
        <p className="text-ink-2">
          {phases.length === 0
            ? "No phase waits for files. One whose rule has `files=` would have its arrivals here."
            : `No phase ${asked} that waits for files is in force.`}
        </p>
      ) : error !== null ? (
        <Problem what="The arrivals" error={error} onRetry={() => void refetch()} />
      ) : data === undefined || layout === null || scale === null ? (
        <SkeletonRows rows={9} label="The arrivals are loaded" />
      ) : (
        <>
          <ArrivalMap
            answer={data}
            layout={layout}
            scale={scale}
            clock={clock}
            isTable={isTable}
            onChoose={(cell) =>
              void navigate({ search: (before: FilesSearch) => filesOf(cell, layout.by, data, before) })
            }
          />
          <Summary answer={data} />
          <Chosen answer={data} arrival={arrival} clock={clock} />
        </>
      )}
    </Part>
  );
}
