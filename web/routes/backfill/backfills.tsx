import type { ReactElement } from "react";
import { TopBar } from "../../shell/top-bar.tsx";

/** Backfills, and what one would make. */
export function Backfills(): ReactElement {
  return (
    <div className="min-w-0">
      <TopBar title="Backfill" />
      <main id="main" className="min-w-0 pb-8 max-[720px]:pb-20" />
    </div>
  );
}
