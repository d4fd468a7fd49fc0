import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Mark } from "../../../components/mark.tsx";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { statusQuery } from "../../../services/queries.ts";

/** Whether all is connected, backed up and has room. */
export function Health(): ReactElement {
  const { data: status, error, refetch } = useQuery(statusQuery);
  if (status === undefined)
    return error === null ? (
      <SkeletonRows rows={8} label="The health is loaded" />
    ) : (
      <Problem what="The health" error={error} onRetry={() => void refetch()} />
    );
  const isWell = status.status === "ok";
  return (
    <p className="flex items-center gap-2.5 border-b border-line px-(--gutter) py-2">
      <Mark status={isWell ? "complete" : "error"} size={16} />
      {isWell ? "Everything is connected." : "Something does not work."}
    </p>
  );
}
