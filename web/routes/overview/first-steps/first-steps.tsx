import type { ReactElement } from "react";
import type { Clock } from "../../../services/format.ts";
import type { FirstTask } from "./first-steps-queries.ts";
import { Sees } from "./sees.tsx";
import { Steps } from "./steps.tsx";

interface Props {
  readonly tasks: readonly FirstTask[];
  readonly clock: Clock;
  readonly now: number;
  readonly onLeave: () => void;
}

/** In the place of the overview's tables, while there is nothing to put into them. */
export function FirstStepsPart({ tasks, clock, now, onLeave }: Props): ReactElement {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_400px] border-t border-line max-[1100px]:grid-cols-1">
      <Steps tasks={tasks} clock={clock} now={now} onLeave={onLeave} />
      <Sees clock={clock} />
    </div>
  );
}
