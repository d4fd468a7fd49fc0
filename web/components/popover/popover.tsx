import {
  type ButtonHTMLAttributes,
  cloneElement,
  lazy,
  type ReactElement,
  type ReactNode,
  Suspense,
  useState,
} from "react";

const Floating = lazy(async () => ({ default: (await import("./floating.tsx")).Floating }));

export interface PopoverProps {
  /** The button that opens it. */
  readonly trigger: ReactElement<ButtonHTMLAttributes<HTMLButtonElement>>;
  readonly label: string;
  readonly align?: "start" | "end";
  /** Closes it. */
  readonly children: (close: () => void) => ReactNode;
  readonly isOpen: boolean;
  readonly onOpen: (isOpen: boolean) => void;
}

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
