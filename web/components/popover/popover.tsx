import { cloneElement, lazy, type ReactElement, Suspense, useState } from "react";
import type { PopoverProps } from "./floating.tsx";

const Floating = lazy(async () => ({ default: (await import("./floating.tsx")).Floating }));

/** Choices below a button, over what follows. What places them is loaded when they are first wanted. */
export function Popover(props: PopoverProps): ReactElement {
  const { trigger, isOpen, onOpen } = props;
  const [wasOpen, setWasOpen] = useState(isOpen);
  if (isOpen && !wasOpen) setWasOpen(true);
  const alone = cloneElement(trigger, {
    "aria-haspopup": "dialog",
    "aria-expanded": isOpen,
    onClick: () => onOpen(true),
  });
  if (!wasOpen) return alone;
  return (
    <Suspense fallback={alone}>
      <Floating {...props} />
    </Suspense>
  );
}

/** A choice of a popover. */
export const CHOICE =
  "flex h-7 w-full items-center gap-2 rounded-control px-2 text-left hover:bg-surface-3 aria-pressed:font-medium aria-pressed:bg-accent-weak";
