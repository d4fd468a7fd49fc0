import { type Edge, type EdgeProps, getBezierPath, Position } from "@xyflow/react";
import { memo, type ReactElement } from "react";
import type { DrawnEdge } from "./drawn.ts";

export type FlowEdge = Edge<{ readonly drawn: DrawnEdge }>;

const HEAD = 7;

interface Stroke {
  readonly stroke: string;
  readonly strokeWidth: number;
  readonly strokeDasharray: string | undefined;
}

/** Colour, width and dashes of an edge; also of its line in the legend. */
export function strokeOf({ condition, isCritical, isLive, isGhost }: Omit<DrawnEdge, "from" | "to">): Stroke {
  const strokeDasharray = isGhost === true ? "2 3" : condition === undefined ? undefined : "5 4";
  if (isCritical === true) return { stroke: "var(--ink)", strokeWidth: isLive === true ? 4.5 : 2.25, strokeDasharray };
  if (isLive === true) return { stroke: "var(--running)", strokeWidth: 1.75, strokeDasharray };
  return {
    stroke: isGhost === true ? "var(--chart-ghost)" : "var(--line-control)",
    strokeWidth: 1.25,
    strokeDasharray,
  };
}

export const EdgeView = memo(function EdgeView({
  data,
  sourceX,
  sourceY,
  targetX,
  targetY,
}: EdgeProps<FlowEdge>): ReactElement | null {
  if (data === undefined) return null;
  const { drawn } = data;
  const stroke = strokeOf(drawn);
  const [path] = getBezierPath({
    sourceX,
    sourceY,
    sourcePosition: Position.Right,
    targetX: targetX - HEAD + 1,
    targetY,
    targetPosition: Position.Left,
  });
  return (
    <>
      <path d={path} fill="none" {...stroke}>
        {drawn.condition !== undefined && <title>{drawn.condition}</title>}
      </path>
      {drawn.isCritical === true && drawn.isLive === true && (
        <path d={path} fill="none" {...strokeOf({ ...drawn, isCritical: false })} />
      )}
      <path d={`m${targetX - HEAD} ${targetY - 4} ${HEAD} 4-${HEAD} 4z`} fill={stroke.stroke} />
    </>
  );
});
