import type { ReactElement } from "react";

/** Further in, depth is told by its number instead of more room. */
const MOST = 12;

/** The room before a row of an indented list, with the line that leads to it. */
export function Indent({ depth }: { readonly depth: number }): ReactElement | null {
  if (depth === 0) return null;
  const steps = Math.min(depth, MOST);
  return (
    <svg width={steps * 16} height="20" aria-hidden="true" className="shrink-0">
      <path d={`M${steps * 16 - 10} 0v10h8`} fill="none" stroke="var(--line-control)" strokeWidth="1" />
      {depth > MOST && (
        <text x="0" y="14" className="text-micro" fill="var(--ink-3)">
          {depth}
        </text>
      )}
    </svg>
  );
}
