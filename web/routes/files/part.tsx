import type { ReactElement, ReactNode } from "react";

interface Props {
  readonly title: string;
  /** At the right. */
  readonly actions?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A part of what stands beside the list; parts meet at a line. */
export function Part({ title, actions, className = "", children }: Props): ReactElement {
  return (
    <section
      aria-label={title}
      className={`min-w-0 border-b border-line px-4 py-3 max-[1180px]:px-(--gutter) ${className}`}
    >
      <div className="mb-1.5 flex min-h-(--control) flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="font-semibold">{title}</h2>
        {actions !== undefined && <div className="ml-auto flex min-w-0 items-center gap-2">{actions}</div>}
      </div>
      {children}
    </section>
  );
}
