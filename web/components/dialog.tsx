import { Dialog as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";

interface Props {
  readonly title: string;
  /** A sentence below the title, read with it. */
  readonly description?: ReactNode;
  /** Null: it is left by an answer alone. */
  readonly onClose: (() => void) | null;
  readonly children: ReactNode;
}

/** Over the page, which keeps its place; on a phone from the bottom edge. */
export function Dialog({ title, description, onClose, children }: Props): ReactElement {
  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && onClose?.()}>
      <Radix.Portal>
        {/* Not Radix' own: that one writes a style sheet into the page, which its policy forbids. */}
        <div className="fixed inset-0 z-20 bg-canvas/66" />
        <Radix.Content
          {...(description === undefined ? { "aria-describedby": undefined } : {})}
          className="fixed top-24 left-1/2 z-21 grid max-h-[calc(100dvh-8rem)] w-120 max-w-[calc(100vw-24px)] -translate-x-1/2 gap-3 overflow-auto rounded-overlay border border-line-2 bg-surface p-5 shadow-(--shadow-overlay) max-[720px]:top-auto max-[720px]:bottom-0 max-[720px]:w-full max-[720px]:max-w-full"
        >
          <Radix.Title className="text-title font-semibold">{title}</Radix.Title>
          {description !== undefined && <Radix.Description className="text-ink-2">{description}</Radix.Description>}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
