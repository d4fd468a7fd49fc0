import { Popover as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";

interface Props {
  /** The button that opens it. */
  readonly trigger: ReactElement;
  readonly label: string;
  readonly align?: "start" | "end";
  /** Closes it. */
  readonly children: (close: () => void) => ReactNode;
  readonly isOpen: boolean;
  readonly onOpen: (isOpen: boolean) => void;
}

/** Choices below a button, over what follows. */
export function Popover({ trigger, label, align = "start", children, isOpen, onOpen }: Props): ReactElement {
  return (
    <Radix.Root open={isOpen} onOpenChange={onOpen}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-10 max-h-(--radix-popover-content-available-height) max-w-[calc(100vw-16px)] min-w-44 overflow-auto rounded-overlay border border-line-2 bg-surface p-1.5 text-small shadow-(--shadow-overlay)"
        >
          {children(() => onOpen(false))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** A choice of a popover. */
export const CHOICE =
  "flex h-7 w-full items-center gap-2 rounded-control px-2 text-left hover:bg-surface-3 aria-pressed:font-medium aria-pressed:bg-accent-weak";
