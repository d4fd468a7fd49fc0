import type { ReactElement, ReactNode } from "react";
import { Button } from "../components/button.tsx";
import { Icon } from "../components/icon.tsx";
import { useKeys } from "../services/keys.ts";

interface Props {
  /** The range that is shown. */
  readonly children: ReactNode;
  readonly onEarlier: (() => void) | null;
  /** Null: it is the latest. */
  readonly onLater: (() => void) | null;
  /** Back to the range that has now in it. */
  readonly onNow: () => void;
}

/** The range before and after, also by `[` and `]`. */
export function RangeSwitch({ children, onEarlier, onLater, onNow }: Props): ReactElement {
  useKeys({ "[": () => onEarlier?.(), "]": () => onLater?.() });
  return (
    <span className="flex items-center">
      <Button
        kind="icon"
        aria-label="Earlier"
        title="Earlier ([)"
        disabled={onEarlier === null}
        onClick={() => onEarlier?.()}
      >
        <Icon name="left" size={14} />
      </Button>
      <Button kind="bare" title="Back to now" onClick={onNow}>
        {children}
      </Button>
      <Button kind="icon" aria-label="Later" title="Later (])" disabled={onLater === null} onClick={() => onLater?.()}>
        <Icon name="right" size={14} />
      </Button>
    </span>
  );
}
