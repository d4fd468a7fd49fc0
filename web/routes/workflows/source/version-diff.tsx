import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Button } from "../../../components/button.tsx";
import { DiffView } from "../../../components/diff/diff-view.tsx";
import { Empty } from "../../../components/empty.tsx";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { useFile, ViewTools } from "../frame.tsx";
import { diffQuery } from "./source-queries.ts";

/** What was changed between two versions. */
export function VersionDiff({ from, to }: { readonly from: number; readonly to: number }): ReactElement {
  const { path } = useFile();
  const { data: lines, error, refetch } = useQuery(diffQuery(path, from, to));
  const navigate = useNavigate();
  const toText = (): void =>
    void navigate({ to: ".", search: ({ against: _against, ...before }) => before, resetScroll: false });
  return (
    <>
      <ViewTools>
        <Button onClick={toText}>Show the text</Button>
      </ViewTools>
      <h3 className="flex min-h-10 items-center border-b border-line px-(--gutter) text-small font-medium">
        What changed from version {from} to version {to}
      </h3>
      {lines === undefined ? (
        error === null ? (
          <SkeletonRows rows={12} label="The changes are loaded" />
        ) : (
          <Problem what="The changes" error={error} onRetry={() => void refetch()} />
        )
      ) : lines.length === 0 ? (
        <Empty action={<Button onClick={toText}>Show the text</Button>}>Both versions have the same text.</Empty>
      ) : (
        <div className="py-1.5">
          <DiffView label={`Version ${from} and version ${to}`} lines={lines} />
        </div>
      )}
    </>
  );
}
