import type { ReactElement } from "react";

/** The text of a workflow file. */
export function Source(): ReactElement {
  return <section aria-label="Source" />;
}
