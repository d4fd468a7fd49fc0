import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactElement, useMemo, useState } from "react";
import { FlowGraph } from "../../../components/graph/flow-graph.tsx";
import { foldOf } from "../../../components/graph/fold.ts";
import { ZoomButtons } from "../../../components/graph/graph-tools.tsx";
import { OutlineList } from "../../../components/graph/outline-list.tsx";
import { useLayout } from "../../../components/graph/use-layout.ts";
import { Button } from "../../../components/button.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { useIsPhone } from "../../../services/media.ts";
import { ViewTools } from "../frame.tsx";
import { OF_ONE_FILE } from "../search.ts";
import { type DrawnPhases, nodeOf, phaseOfNode } from "./drawn-phases.ts";
import { Finder } from "./finder.tsx";
import { Legend } from "./legend.tsx";

const NONE: readonly number[] = [];

interface Props {
  readonly path: string;
  readonly drawn: DrawnPhases;
  /** The file of each phase. */
  readonly workflowOf: ReadonlyMap<number, string>;
}

/** The graph, or the list on a phone and where it is wished for, with what finds, zooms and explains. */
export function PhaseGraphView({ path, drawn, workflowOf }: Props): ReactElement {
  const { find = "", closed = NONE, outline = false } = useSearch({ from: "/shell/workflows/" });
  const navigate = useNavigate();
  const isPhone = useIsPhone();
  const folded = useMemo(() => new Set(closed.map(nodeOf)), [closed]);
  const shown = useMemo(() => foldOf(drawn, folded), [drawn, folded]);
  const layout = useLayout(shown);
  const found = useMemo(() => {
    const text = find.toLowerCase();
    return text === ""
      ? null
      : shown.nodes.filter(({ title }) => title.toLowerCase().includes(text)).map(({ id }) => id);
  }, [shown, find]);
  const foundSet = useMemo(() => (found === null ? null : new Set(found)), [found]);
  const [step, setStep] = useState({ find, at: 0 });
  const at = step.find === find ? step.at : 0;
  const label = `${path}: ${drawn.nodes.filter(({ kind }) => kind === "thing").length} phases`;

  const open = (id: string): void => {
    const phase = phaseOfNode(id) ?? phaseOfNode(drawn.edges.find(({ from }) => from === id)?.to ?? "");
    if (phase === null) return;
    const file = workflowOf.get(phase) ?? path;
    void navigate({
      to: ".",
      search: (before) => ({ ...before, ...(file === path ? {} : OF_ONE_FILE), file, phase }),
      resetScroll: false,
    });
  };
  const fold = (id: string): void => {
    const phase = phaseOfNode(id);
    if (phase === null) return;
    const next = closed.includes(phase) ? closed.filter((one) => one !== phase) : [...closed, phase];
    void navigate({
      to: ".",
      search: (before) => ({ ...before, closed: next.length === 0 ? undefined : next }),
      resetScroll: false,
    });
  };
  const isList = isPhone || outline;
  return (
    <>
      <ViewTools>
        <Finder
          text={find}
          found={found?.length ?? 0}
          at={at}
          onStep={(by) =>
            setStep({ find, at: found === null ? 0 : (at + by + found.length) % Math.max(1, found.length) })
          }
        />
        {!isList && <ZoomButtons />}
        {!isPhone && (
          <Button
            kind="bare"
            aria-pressed={outline}
            onClick={() =>
              void navigate({
                to: ".",
                search: (before) => ({ ...before, outline: outline ? undefined : true }),
                resetScroll: false,
              })
            }
          >
            {outline ? "Show as graph" : "Show as list"}
          </Button>
        )}
      </ViewTools>
      {isList ? (
        <OutlineList label={label} drawn={drawn} found={foundSet} onOpen={open} />
      ) : layout === null ? (
        <SkeletonRows rows={8} label="The graph is laid out" />
      ) : (
        <FlowGraph
          label={label}
          drawn={shown}
          layout={layout}
          folded={folded}
          found={foundSet}
          target={found?.[at]}
          onOpen={open}
          onFold={fold}
        />
      )}
      <Legend drawn={drawn} />
    </>
  );
}
