import type { ReactElement } from "react";
import { TopBar } from "../../../shell/top-bar.tsx";

/** One file event. */
export function File(): ReactElement {
  return (
    <div className="min-w-0">
      <TopBar title="File" />
      <main id="main" className="min-w-0 pb-8 max-[720px]:pb-20" />
    </div>
  );
}
