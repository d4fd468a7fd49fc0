import type { ReactElement, ReactNode } from "react";
import { Icon } from "./icon.tsx";

interface Props {
  readonly children: ReactNode;
  /** Whole, for those who do not see it: "Remove result:error". */
  readonly removeLabel?: string;
  readonly onRemove?: () => void;
}

/** A condition or a label; what can be taken off has a cross. */
export function Pill({ children, removeLabel = "Remove", onRemove }: Props): ReactElement {
  return (
    <span className="inline-flex h-6 max-w-full items-center rounded-control bg-surface-3 px-1.5 font-mono text-small text-ink-2">
      <span className="truncate">{children}</span>
      {onRemove !== undefined && (
        <button
          type="button"
          aria-label={removeLabel}
          className="-mr-1.5 ml-0.5 inline-flex size-6 shrink-0 items-center justify-center rounded-control text-ink-3 hover:text-ink"
          onClick={onRemove}
        >
          <Icon name="close" size={12} />
        </button>
      )}
    </span>
  );
}
