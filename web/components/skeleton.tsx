import type { ReactElement } from "react";

/** Rows of the height of the real ones, after a moment: what comes at once shows nothing in between. */
export function SkeletonRows({ rows, label }: { readonly rows: number; readonly label: string }): ReactElement {
  return (
    <div role="status" aria-label={label} className="appear-late">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex h-(--row) items-center border-b border-line px-(--gutter)">
          <span className="h-2.5 w-full rounded-mark bg-surface-4" />
        </div>
      ))}
    </div>
  );
}
