import type { ReactElement, ReactNode } from "react";

/** Names, and what is known of each. */
export function Facts({ children }: { readonly children: ReactNode }): ReactElement {
  return <dl className="grid min-w-0 flex-1 basis-80 grid-cols-[80px_minmax(0,1fr)] text-small">{children}</dl>;
}

interface Props {
  readonly name: string;
  /** Null, or an empty text: nothing is known, and the row is left out. */
  readonly children: ReactNode;
}

export function Fact({ name, children }: Props): ReactElement | null {
  if (children === null || children === undefined || children === "") return null;
  return (
    <div className="col-span-2 grid grid-cols-subgrid border-b border-line py-1 last:border-0">
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0 whitespace-pre-line">{children}</dd>
    </div>
  );
}
