import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { statusQuery } from "../../../services/queries.ts";

/** What is in force, and what waits for a restart. */
export function Configuration(): ReactElement {
  const { data: status } = useQuery(statusQuery);
  const waiting = status?.needs_restart ?? [];
  return (
    <section className="px-(--gutter) py-4">
      <h2 className="font-semibold">Waiting for a restart</h2>
      <p className="text-ink-2">{waiting.length === 0 ? "Nothing: all of it is in force." : waiting.join(", ")}</p>
    </section>
  );
}
