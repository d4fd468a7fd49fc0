import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { type ReactElement, useMemo } from "react";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { useZone } from "../../../services/preferences.ts";
import { phasesQuery } from "../../../services/queries.ts";
import { draftOf } from "./draft.ts";
import { Form } from "./form.tsx";
import { phasesOf } from "./phases.ts";
import { Preview } from "./preview.tsx";
import { madeBy, usePreview } from "./use-preview.ts";

/** A backfill before it begins: what to make at the left, and what that would be. */
export function New({ now }: { readonly now: number }): ReactElement {
  const search = useSearch({ from: "/shell/backfill" });
  const zone = useZone();
  const { data: graph, error, refetch } = useQuery(phasesQuery);
  const phases = useMemo(() => (graph === undefined ? null : phasesOf(graph)), [graph]);
  // The same draft as long as the address is the same, whatever the time is.
  const day = Math.floor(now / 3_600_000);
  const draft = useMemo(() => draftOf(search, day * 3_600_000, zone), [search, day, zone]);
  const { preview, error: refusal, again } = usePreview(draft);
  if (phases === null)
    return error === null ? (
      <SkeletonRows rows={14} label="The phases are loaded" />
    ) : (
      <Problem what="The phases" error={error} onRetry={() => void refetch()} />
    );
  const phase = draft === null ? null : phases.one(search.of ?? "", search.workflow ?? "");
  const followers = phase === null || search.children !== true ? 0 : phases.children(phase).length;
  return (
    <div className="grid grid-cols-[300px_minmax(0,1fr)] border-b border-line max-[860px]:grid-cols-1">
      <div className="border-r border-line bg-surface-2 px-(--gutter) py-4 max-[860px]:border-r-0 max-[860px]:border-b">
        <Form
          phases={phases}
          phase={phase}
          now={now}
          zone={zone}
          counts={preview?.isWhole === true ? madeBy(preview) : null}
        />
      </div>
      <div className="min-w-0 px-(--gutter) py-4">
        {draft === null ? (
          <p className="max-w-[76ch] text-title text-pretty text-ink-2">
            {search.of === undefined
              ? phases.all.length === 0
                ? "No workflow is in force, so there is no phase whose past tasks could be made."
                : "Choose a phase: here stands which of its past task times have a task, and what would be created, before anything is."
              : "The keys of meta are pairs as in key=value,key2=value2."}
          </p>
        ) : (
          <Preview
            draft={draft}
            search={search}
            preview={preview}
            error={refusal}
            onRetry={again}
            followers={followers}
            now={now}
          />
        )}
      </div>
    </div>
  );
}
