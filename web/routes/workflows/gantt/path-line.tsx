import type { ReactElement } from "react";
import type { RunTask } from "./run-model.ts";

interface Props {
  readonly path: readonly RunTask[];
  /** The middle of the row of a task, in pixels; null: it has none. */
  readonly rowOf: (task: number) => number | null;
  readonly x: (at: number) => number;
  readonly height: number;
}

/** The critical path: from the end of each task down to the beginning of the next. */
export function PathLine({ path, rowOf, x, height }: Props): ReactElement {
  const line = { stroke: "var(--ink)", strokeWidth: 1.5 } as const;
  return (
    <svg width="100%" height={height} aria-hidden="true" className="block overflow-visible" data-path={path.length}>
      {path.slice(1).map((task, at) => {
        const before = path[at];
        const [from, to] = [before === undefined ? null : rowOf(before.id), rowOf(task.id)];
        if (before?.end === null || before === undefined || from === null || to === null) return null;
        const [left, right] = [x(before.end), x(task.begin)];
        return (
          <g key={task.id}>
            <line x1={`${left}%`} x2={`${left}%`} y1={from} y2={to} {...line} />
            {right > left && <line x1={`${left}%`} x2={`${right}%`} y1={to} y2={to} {...line} />}
          </g>
        );
      })}
    </svg>
  );
}
