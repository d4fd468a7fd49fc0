import type { ReactElement, ReactNode } from "react";

interface Props {
  readonly id?: string;
  readonly title: string;
  /** A few words beside the title. */
  readonly note?: ReactNode;
  /** At the right end of the head. */
  readonly beside?: ReactNode;
  /** What is below runs to the edges. */
  readonly isFlush?: boolean;
  readonly children: ReactNode;
}

/** A part of the page, between two hairlines. */
export function Section({ id, title, note, beside, isFlush = false, children }: Props): ReactElement {
  return (
    <section id={id} aria-label={title} className="min-w-0 scroll-mt-12 border-b border-line">
      <div className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-(--gutter) py-2">
        <h2 className="font-semibold">{title}</h2>
        {note !== undefined && <span className="min-w-0 text-small text-ink-3">{note}</span>}
        {beside !== undefined && (
          <span className="ml-auto flex min-w-0 flex-wrap items-center justify-end gap-2 text-small">{beside}</span>
        )}
      </div>
      <div className={isFlush ? "" : "px-(--gutter) pb-3"}>{children}</div>
    </section>
  );
}
