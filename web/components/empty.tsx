import type { ReactElement, ReactNode } from "react";

interface Props {
  /** A sentence: what would be here, and why it is not. */
  readonly children: ReactNode;
  /** What to do. */
  readonly action?: ReactNode;
}

/** In the place of what is not there. */
export function Empty({ children, action }: Props): ReactElement {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-(--gutter) py-4 text-ink-2">
      <p>{children}</p>
      {action}
    </div>
  );
}
