import { Popover as Radix } from "radix-ui";
import type { ButtonHTMLAttributes, ReactElement, ReactNode } from "react";

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

/** Where there is room below or above the button. */
export function Floating({ trigger, label, align = "start", children, isOpen, onOpen }: PopoverProps): ReactElement {
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
