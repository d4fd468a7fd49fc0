import type { ReactElement } from "react";
import { Segments } from "../../../components/segments.tsx";
import { isOfUnresolved, valuesOf } from "../query/terms.ts";

interface Props {
  readonly query: string;
  readonly isGrouped: boolean;
  readonly onChange: (isGrouped: boolean) => void;
}

/** Failures as a list, or by what went wrong. Of other tasks there is nothing to group. */
export function FailureSwitch({ query, isGrouped, onChange }: Props): ReactElement | null {
  if (!isGrouped && !isOfFailures(query)) return null;
  return (
    <Segments
      label="Failures"
      value={isGrouped ? "groups" : "list"}
      options={[
        { value: "groups", name: "By error" },
        { value: "list", name: "List" },
      ]}
      onChange={(next) => onChange(next === "groups")}
    />
  );
}

function isOfFailures(query: string): boolean {
  const results = valuesOf(query, "result");
  const isFailed = results.length > 0 && results.every((result) => result === "error" || result === "alert");
  return isFailed || isOfUnresolved(query);
}
