import type { ReactElement, ReactNode } from "react";

interface Props {
  readonly title: string;
  /** In grey behind the title. */
  readonly about?: ReactNode;
  /** At the right: a link, or a button. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

/** A part of the side panel. */
export function Part({ title, about, action, children }: Props): ReactElement {
  return (
    <section aria-label={title} className="border-b border-line px-4 py-3 max-[720px]:px-(--gutter)">
      <div className="mb-1.5 flex min-h-6 flex-wrap items-center gap-x-2">
        <h3 className="font-semibold">{title}</h3>
        {about !== undefined && <span className="min-w-0 text-small text-ink-3">{about}</span>}
        {action !== undefined && <span className="ml-auto text-small">{action}</span>}
      </div>
      {children}
    </section>
  );
}
