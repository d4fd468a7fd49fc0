import { Outlet } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { TopBar } from "../../shell/top-bar.tsx";

/** The workflow files, and the views of the chosen one below them. */
export function Workflows(): ReactElement {
  return (
    <div className="min-w-0">
      <TopBar title="Workflows" />
      <main id="main" className="min-w-0 pb-8 max-[720px]:pb-20">
        <Outlet />
      </main>
    </div>
  );
}
