import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Button } from "../../../components/button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { useKeys } from "../../../services/keys.ts";
import { useFile } from "../frame.tsx";
import { type FilePhase, phasesOfQuery } from "../workflows-queries.ts";
import { Part } from "./part.tsx";

/** A phase of the file in the side panel. */
export function PhasePanel({ id }: { readonly id: number }): ReactElement {
  const { path } = useFile();
  const { data: phases, error, refetch } = useQuery(phasesOfQuery(path));
  const navigate = useNavigate();
  const close = (): void =>
    void navigate({ to: ".", search: (before) => ({ ...before, phase: undefined }), resetScroll: false });
  useKeys({ Escape: close });
  const phase = phases?.find((one) => one.id === id);
  return (
    <>
      <section aria-label="Phase" className="border-b border-line px-4 py-3 max-[720px]:px-(--gutter)">
        <div className="flex items-start gap-2">
          <h2 className="min-w-0 flex-1 text-title font-semibold break-words">
            {phase === undefined ? "Phase" : phase.job === "" ? phase.type : `${phase.type}:${phase.job}`}
          </h2>
          <Button kind="icon" aria-label="Close" title="Close (Escape)" onClick={close}>
            <Icon name="close" size={14} />
          </Button>
        </div>
        {error !== null ? (
          <Problem what="The phase" error={error} onRetry={() => void refetch()} />
        ) : phases === undefined ? (
          <SkeletonRows rows={3} label="The phase is loaded" />
        ) : phase === undefined ? (
          <p className="text-ink-2">{path} has no such phase in force.</p>
        ) : null}
      </section>
      {phase !== undefined && <Rule phase={phase} />}
    </>
  );
}

function Rule({ phase }: { readonly phase: FilePhase }): ReactElement {
  return (
    <Part title="Rule" about={`line ${phase.line}`}>
      <code className="text-small break-words">{phase.rule}</code>
    </Part>
  );
}
