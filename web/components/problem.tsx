import type { ReactElement } from "react";
import { Button } from "./button.tsx";

interface Props {
  /** "The list": what could not be loaded. */
  readonly what: string;
  readonly error: Error;
  readonly onRetry: () => void;
}

/** What failed, and how to go on. It has the place of what is missing. */
export function Problem({ what, error, onRetry }: Props): ReactElement {
  return (
    <div role="alert" className="flex flex-wrap items-center gap-2 px-(--gutter) py-3 text-ink-2">
      <span>
        {what} could not be loaded: {error.message}
      </span>
      <Button onClick={onRetry}>Try again</Button>
    </div>
  );
}
