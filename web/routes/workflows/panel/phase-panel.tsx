import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactElement, useEffect, useRef } from "react";
import type { PhaseName } from "../../../acting/ask.ts";
import { phaseQuery, phaseText } from "../../../acting/phases/act-on-phases.ts";
import { Button } from "../../../components/button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { useKeys } from "../../../services/keys.ts";
import { useIsPhone } from "../../../services/media.ts";
import { useFile } from "../frame.tsx";
import { phasesOfQuery } from "../workflows-queries.ts";
import { NextTicks } from "./next-ticks.tsx";
import { Paused } from "./paused.tsx";
import { PhaseActions } from "./phase-actions.tsx";
import { PhaseIssues } from "./phase-issues.tsx";
import { PhaseNow } from "./phase-now.tsx";
import { PhasePeople } from "./phase-people.tsx";
import { PhaseRuns } from "./phase-runs.tsx";
import { Rule } from "./rule.tsx";

/** A phase of the file in the side panel: how it does, what can be done with it, and what it is. */
export function PhasePanel({ id }: { readonly id: number }): ReactElement {
  const { path } = useFile();
  const { data: phases, error, refetch } = useQuery(phasesOfQuery(path));
  const phase = phases?.find((one) => one.id === id);
  const name = phase === undefined ? null : { type: phase.type, job: phase.job, workflow: path };
  return (
    <>
      <section aria-label="Phase" className="border-b border-line px-4 py-3 max-[720px]:px-(--gutter)">
        <Head title={name === null ? "Phase" : phaseText(name)} />
        {error !== null ? (
          <Problem what="The phase" error={error} onRetry={() => void refetch()} />
        ) : phases === undefined ? (
          <SkeletonRows rows={3} label="The phase is loaded" />
        ) : phase === undefined || name === null ? (
          <p className="text-ink-2">{path} has no such phase in force.</p>
        ) : (
          <>
            <PhaseNow phase={name} />
            <Paused paused={phase.paused} />
            <PhaseActions phase={phase} name={name} />
          </>
        )}
      </section>
      {name !== null && <Details name={name} />}
    </>
  );
}

function Head({ title }: { readonly title: string }): ReactElement {
  const navigate = useNavigate();
  const head = useRef<HTMLDivElement>(null);
  const isPhone = useIsPhone();
  // There it stands below the view that it was opened from.
  useEffect(() => {
    if (isPhone) head.current?.scrollIntoView({ block: "start" });
  }, [isPhone]);
  const close = (): void =>
    void navigate({ to: ".", search: (before) => ({ ...before, phase: undefined }), resetScroll: false });
  useKeys({ Escape: close });
  return (
    <div ref={head} className="flex scroll-mt-(--top-h) items-start gap-2">
      <h2 className="min-w-0 flex-1 text-title font-semibold break-words">{title}</h2>
      <Button kind="icon" className="-my-1" aria-label="Close" title="Close (Escape)" onClick={close}>
        <Icon name="close" size={14} />
      </Button>
    </div>
  );
}

function Details({ name }: { readonly name: PhaseName }): ReactElement {
  const { data: about, error, refetch } = useQuery(phaseQuery(name));
  if (about === undefined)
    return error === null ? (
      <SkeletonRows rows={8} label="The rule is loaded" />
    ) : (
      <Problem what="The rule" error={error} onRetry={() => void refetch()} />
    );
  return (
    <>
      <PhaseIssues phase={about} />
      <Rule phase={about} />
      <NextTicks phase={about} />
      <PhaseRuns phase={name} />
      <PhasePeople phase={about} name={name} />
    </>
  );
}
