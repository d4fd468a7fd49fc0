import { Link, type LinkProps, Outlet } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { statusQuery } from "../../services/queries.ts";
import { useSeesAll } from "../../shell/places.ts";
import { TopBar } from "../../shell/top-bar.tsx";

const TABS: readonly { readonly to: LinkProps["to"]; readonly name: string; readonly isOfAll: boolean }[] = [
  { to: "/system", name: "Health", isOfAll: true },
  { to: "/system/access", name: "Access", isOfAll: false },
  { to: "/system/configuration", name: "Configuration", isOfAll: true },
  { to: "/system/api", name: "API", isOfAll: false },
];

/** The parts of the system page below one row of tabs. */
export function System(): ReactElement {
  const { data: status } = useQuery(statusQuery);
  const seesAll = useSeesAll();
  return (
    <div className="min-w-0">
      <TopBar title="System" />
      <main id="main" className="min-w-0 pb-8 max-[720px]:pb-20">
        <div className="flex items-center gap-4 border-b border-line px-(--gutter)">
          <nav aria-label="Parts of the system" className="flex min-w-0 gap-5 overflow-x-auto">
            {TABS.filter(({ isOfAll }) => !isOfAll || seesAll !== false).map(({ to, name }) => (
              <Link
                key={name}
                to={to}
                activeOptions={{ exact: true, includeSearch: false }}
                activeProps={{ className: "border-ink font-medium text-ink" }}
                inactiveProps={{ className: "border-transparent text-ink-2 hover:text-ink" }}
                className="-mb-px flex h-10 items-center border-b-2 whitespace-nowrap"
              >
                {name}
              </Link>
            ))}
          </nav>
          <span className="ml-auto text-small whitespace-nowrap text-ink-3 max-[720px]:hidden">
            {status === undefined ? "" : `Version ${status.version}`}
          </span>
        </div>
        <Outlet />
      </main>
    </div>
  );
}
