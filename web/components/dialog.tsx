import { type ReactElement, type ReactNode, useId } from "react";
import { Modal } from "./modal.tsx";

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
  const id = useId();
  return (
    <Modal
      labelledBy={`${id}-title`}
      describedBy={description === undefined ? undefined : `${id}-description`}
      onClose={onClose}
      className="top-[14vh] left-1/2 max-h-[80dvh] w-140 max-w-[calc(100vw-24px)] -translate-x-1/2 overflow-auto rounded-overlay max-[720px]:top-auto max-[720px]:bottom-2"
    >
      <div className="grid gap-3 p-5 pt-4">
        <h2 id={`${id}-title`} className="text-title font-semibold">
          {title}
        </h2>
        {description !== undefined && (
          <p id={`${id}-description`} className="-mt-1.5 text-ink-2">
            {description}
          </p>
        )}
        {children}
      </div>
    </Modal>
  );
}
