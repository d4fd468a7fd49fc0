import { useNavigate } from "@tanstack/react-router";
import { ReactFlowProvider } from "@xyflow/react";
import { type ReactElement, useMemo, useState } from "react";
import type { Drawn } from "../../../components/graph/drawn.ts";
import { FlowGraph } from "../../../components/graph/flow-graph.tsx";
import { foldOf } from "../../../components/graph/fold.ts";
import { ZoomButtons } from "../../../components/graph/graph-tools.tsx";
import { useLayout } from "../../../components/graph/use-layout.ts";
import { pageOfNode } from "./drawn-run.ts";

interface Props {
  readonly drawn: Drawn;
  readonly label: string;
  /** In px: what stands below keeps its place. */
  readonly height: number;
}

/** The run from left to right; loaded when a run has more than one task. */
export function RunGraph({ drawn, label, height }: Props): ReactElement {
  const navigate = useNavigate();
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const shown = useMemo(() => foldOf(drawn, folded), [drawn, folded]);
  const layout = useLayout(shown);
  const open = (id: string): void => {
    const page = pageOfNode(id);
    if (page !== null) void navigate({ to: page.to, params: { id: page.id } });
  };
  const fold = (id: string): void => {
    const next = new Set(folded);
    if (!next.delete(id)) next.add(id);
    setFolded(next);
  };
  if (layout === null) return <div style={{ height }} aria-busy="true" />;
  return (
    <ReactFlowProvider>
      <div className="relative border-t border-line">
        <FlowGraph
          label={label}
          drawn={shown}
          layout={layout}
          folded={folded}
          found={null}
          target={undefined}
          height={height}
          onOpen={open}
          onFold={fold}
        />
        <span className="absolute top-2 right-2 flex gap-1 rounded-control bg-surface print:hidden">
          <ZoomButtons />
        </span>
      </div>
    </ReactFlowProvider>
  );
}
