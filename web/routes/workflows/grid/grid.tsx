import type { ReactElement } from "react";

/** Phases by task time. */
export function Grid(): ReactElement {
  return <section aria-label="Grid" />;
}
