import type { ReactElement, ReactNode } from "react";

interface Props {
  readonly title: string;
  /** What stands in grey behind the title. */
  readonly about?: ReactNode;
  /** Buttons at the right. */
  readonly actions?: ReactNode;
  /** Tables run to the edges. */
  readonly isFlush?: boolean;
  readonly id?: string;
  readonly children: ReactNode;
}

/** A part of a page, which meets the next one at a line. */
export function Section({ title, about, actions, isFlush = false, id, children }: Props): ReactElement {
  return (
    <section id={id} aria-label={title} className={`min-w-0 pt-3 ${isFlush ? "" : "px-(--gutter) pb-4"}`}>
      <div
        className={`mb-2 flex min-h-(--control) flex-wrap items-center gap-x-3 gap-y-1 ${isFlush ? "px-(--gutter)" : ""}`}
      >
        <h2 className="font-semibold">{title}</h2>
        <span className="text-small text-ink-2 max-[720px]:min-h-8 max-[720px]:w-full max-[720px]:empty:hidden">
          {about}
        </span>
        {actions !== undefined && <span className="ml-auto flex flex-wrap items-center gap-2">{actions}</span>}
      </div>
      {children}
    </section>
  );
}
