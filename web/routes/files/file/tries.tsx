import type { ReactElement } from "react";
import { NearMiss } from "../../../components/near-miss/ruler.tsx";
import type { FileHistory } from "../files-queries.ts";
import { PhaseLink } from "./phase-link.tsx";

interface Props {
  readonly path: string;
  readonly misses: FileHistory["near_misses"];
}

/** The patterns that came nearest, letter over letter, and where each stopped. */
export function Tries({ path, misses }: Props): ReactElement | null {
  if (misses.length === 0) return null;
  return (
    <ol aria-label="The nearest patterns" className="grid gap-3">
      {misses.map((miss, at) => (
        <li key={`${miss.phase_id} ${miss.pattern}`} className="min-w-0">
          <h3 className="mb-1 flex flex-wrap gap-x-1.5 text-small font-medium">
            {at + 1} <PhaseLink phase={miss} />
            <span className="font-normal text-ink-3">in {miss.workflow}</span>
          </h3>
          <NearMiss path={path} miss={miss} />
        </li>
      ))}
    </ol>
  );
}
