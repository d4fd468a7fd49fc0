import { Outlet, useSearch } from "@tanstack/react-router";
import { type ReactElement, useMemo, useState } from "react";
import { CopyButton } from "../../components/copy-button.tsx";
import { Mark } from "../../components/mark.tsx";
import { TabRow } from "../../components/tab-row.tsx";
import { count } from "../../services/format.ts";
import { Frame } from "./frame.tsx";
import { stateOf } from "./list/file-state.ts";
import { StateNote } from "./list/state-note.tsx";
import { PhasePanel } from "./panel/phase-panel.tsx";
import type { WorkflowFile } from "./workflows-queries.ts";

/** The chosen file: its views below their tabs, and a side panel at the right. */
export function FileView({ file }: { readonly file: WorkflowFile }): ReactElement {
  const { phase } = useSearch({ from: "/shell/workflows" });
  const [tools, setTools] = useState<HTMLElement | null>(null);
  const [beside, setBeside] = useState<HTMLElement | null>(null);
  const frame = useMemo(() => ({ file, tools, beside }), [file, tools, beside]);
  return (
    <Frame value={frame}>
      <div className="flex max-[720px]:block">
        <div className="min-w-0 flex-1">
          <div className="flex flex-wrap items-center gap-x-3 border-y border-line pr-(--gutter) [&_nav]:border-b-0">
            <h2 className="flex min-w-0 items-center pl-(--gutter) font-mono text-small font-semibold">
              <span className="truncate">{file.path}</span>
              <CopyButton text={file.path} what="the path" />
            </h2>
            <div className="min-w-0 max-[720px]:basis-full">
              <Tabs file={file} />
            </div>
            <span
              ref={setTools}
              className="ml-auto flex flex-wrap items-center gap-1 max-[720px]:min-h-9 max-[720px]:pl-(--gutter)"
            />
          </div>
          <StateNote file={file} />
          <Outlet />
        </div>
        <aside
          aria-label="Side panel"
          tabIndex={0}
          className="sticky top-(--top-h) max-h-[calc(100dvh-var(--top-h))] w-85 shrink-0 self-start overflow-y-auto border-l border-line bg-surface max-[720px]:static max-[720px]:max-h-none max-[720px]:w-full max-[720px]:border-l-0 print:static print:max-h-none [&:not(:has(section))]:hidden"
        >
          <div ref={setBeside} />
          {phase !== undefined && <PhasePanel key={phase} id={phase} />}
        </aside>
      </div>
    </Frame>
  );
}

/** Each view keeps what the address says of the list and of the phase, but not what it says of another view. */
function Tabs({ file }: { readonly file: WorkflowFile }): ReactElement {
  const { phase, name, removed } = useSearch({ from: "/shell/workflows" });
  const search = { file: file.path, phase, name, removed };
  const { status } = stateOf(file);
  const issues = file.errors + file.warnings;
  return (
    <TabRow
      label={`Views of ${file.path}`}
      tabs={[
        { name: "Graph", link: { to: "/workflows", search } },
        { name: "Grid", link: { to: "/workflows/grid", search } },
        { name: "Gantt", link: { to: "/workflows/gantt", search } },
        {
          name: (
            <>
              Source
              {status !== null && issues > 0 && (
                <span data-status={status} className="inline-flex items-center gap-0.5 font-normal text-(--word)">
                  <Mark status={status} size={12} label="issues" />
                  {count(issues)}
                </span>
              )}
            </>
          ),
          link: { to: "/workflows/source", search },
        },
      ]}
    />
  );
}
