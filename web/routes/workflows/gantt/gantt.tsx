import type { ReactElement } from "react";

/** One run in time. */
export function Gantt(): ReactElement {
  return <section aria-label="Gantt" />;
}
