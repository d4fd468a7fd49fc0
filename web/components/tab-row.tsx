import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";

export interface Tab {
  readonly name: ReactNode;
  readonly link: LinkProps;
  /** Without it the router knows by the address. */
  readonly isCurrent?: boolean;
}

const SHAPE = "inline-flex h-9 items-center gap-1.5 border-b-2 px-1 whitespace-nowrap";
const CURRENT = "border-ink font-medium text-ink";
const OTHER = "border-transparent text-ink-2 hover:text-ink";

/** Sub-pages, each with an address of its own. */
export function TabRow({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }): ReactElement {
  return (
    <nav aria-label={label} className="flex gap-4 overflow-x-auto border-b border-line px-(--gutter) print:hidden">
      {tabs.map(({ name, link, isCurrent }, at) =>
        isCurrent === undefined ? (
          <Link
            key={at}
            {...link}
            className={SHAPE}
            activeOptions={{ exact: true, includeSearch: false }}
            activeProps={{ className: CURRENT }}
            inactiveProps={{ className: OTHER }}
          >
            {name}
          </Link>
        ) : (
          <Link
            key={at}
            {...link}
            aria-current={isCurrent ? "page" : undefined}
            className={`${SHAPE} ${isCurrent ? CURRENT : OTHER}`}
            activeProps={{}}
          >
            {name}
          </Link>
        ),
      )}
    </nav>
  );
}
