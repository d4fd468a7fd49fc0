import type { ReactElement, ReactNode } from "react";
import type { DrawnEdge } from "../../../components/graph/drawn.ts";
import { strokeOf } from "../../../components/graph/edge-view.tsx";
import { duration } from "../../../services/format.ts";
import type { DrawnPhases } from "./drawn-phases.ts";

/** Of the lines that this graph has. */
export function Legend({ drawn: { edges, critical } }: { readonly drawn: DrawnPhases }): ReactElement {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 px-(--gutter) py-2 text-small text-ink-2" aria-label="Lines">
      {critical !== null && <Line look={{ isCritical: true }}>critical path, {duration(critical.ms)}</Line>}
      <Line look={{}}>on complete</Line>
      {edges.some(({ condition }) => condition !== undefined) && (
        <Line look={{ condition: "" }}>only under its condition</Line>
      )}
      {edges.some(({ isLive }) => isLive) && <Line look={{ isLive: true }}>runs now</Line>}
      {edges.some(({ isGhost }) => isGhost) && <Line look={{ isGhost: true }}>from what no phase makes</Line>}
    </ul>
  );
}

function Line({ look, children }: { readonly look: Partial<DrawnEdge>; readonly children: ReactNode }): ReactElement {
  return (
    <li className="flex items-center gap-1.5">
      <svg width="24" height="8" aria-hidden="true">
        <path d="M0 4h24" fill="none" {...strokeOf(look)} />
      </svg>
      <span>{children}</span>
    </li>
  );
}
