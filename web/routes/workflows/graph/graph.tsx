import type { ReactElement } from "react";

/** How the phases of a workflow file follow each other. */
export function Graph(): ReactElement {
  return <section aria-label="Graph" />;
}
