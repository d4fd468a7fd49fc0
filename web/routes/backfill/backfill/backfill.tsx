import type { ReactElement } from "react";
import { TopBar } from "../../../shell/top-bar.tsx";

/** One backfill. */
export function Backfill(): ReactElement {
  return (
    <div className="min-w-0">
      <TopBar title="Backfill" />
      <main id="main" className="min-w-0 pb-8 max-[720px]:pb-20" />
    </div>
  );
}
