import { type ReactElement, type ReactNode, useEffect, useRef } from "react";

interface Props {
  /** The id of its heading, or its name. */
  readonly labelledBy?: string;
  readonly label?: string;
  readonly describedBy?: string | undefined;
  /** Null: it is left by an answer alone. */
  readonly onClose: (() => void) | null;
  readonly className: string;
  readonly children: ReactNode;
}

/** Over the page, which cannot be reached meanwhile; the browser keeps the focus in it, and gives it back afterwards. */
export function Modal({ labelledBy, label, describedBy, onClose, className, children }: Props): ReactElement {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const { current: dialog } = element;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    // What is pressed is the dialog itself only beside its content; the keyboard has Esc.
    <dialog
      ref={element}
      aria-labelledby={labelledBy}
      aria-label={label}
      aria-describedby={describedBy}
      className={`fixed m-0 overscroll-contain border border-line-2 bg-surface p-0 text-ink shadow-(--shadow-overlay) backdrop:bg-canvas/66 ${className}`}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onClick={(event) => event.target === element.current && onClose?.()}
    >
      {children}
    </dialog>
  );
}
