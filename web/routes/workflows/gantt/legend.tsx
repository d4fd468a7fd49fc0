import type { ReactElement, ReactNode } from "react";

/** What the lines of the chart mean. */
export function Legend(): ReactElement {
  return (
    <ul className="flex flex-wrap items-center gap-x-4 gap-y-1 px-(--gutter) pt-3 text-small text-ink-2">
      <Entry name="in queue">
        <rect x="0.5" y="3.5" width="19" height="5" rx="1" fill="none" stroke="var(--ink-3)" />
      </Entry>
      <Entry name="ran">
        <g data-status="complete">
          <rect y="2" width="20" height="8" fill="color-mix(in srgb, var(--mark) 34%, var(--surface))" />
          <rect y="8" width="20" height="2" fill="var(--mark)" />
        </g>
      </Entry>
      <Entry name="waits for its retry">
        <line x2="20" y1="6" y2="6" stroke="var(--retrying)" strokeDasharray="2 2" />
      </Entry>
      <Entry name="usual">
        <line x2="20" y1="6" y2="6" stroke="var(--ink-3)" strokeWidth="1.5" />
      </Entry>
      <Entry name="critical path" isOfDesk>
        <path d="M1 2v8h19" fill="none" stroke="var(--ink)" strokeWidth="1.5" />
      </Entry>
    </ul>
  );
}

function Entry({
  name,
  children,
  isOfDesk = false,
}: {
  readonly name: string;
  readonly children: ReactNode;
  readonly isOfDesk?: boolean;
}): ReactElement {
  return (
    <li className={`flex items-center gap-1.5 ${isOfDesk ? "max-[720px]:hidden" : ""}`}>
      <svg width="20" height="12" aria-hidden="true">
        {children}
      </svg>
      {name}
    </li>
  );
}
