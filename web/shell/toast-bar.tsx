import type { ReactElement } from "react";
import { Button } from "../components/button.tsx";
import { Icon } from "../components/icon.tsx";
import { closeToast, undoToast, useToast } from "../services/toasts.ts";

/** Bottom left, on a phone above the rail. */
export function ToastBar(): ReactElement {
  const toast = useToast();
  return (
    <div
      role="status"
      className="fixed bottom-5 left-[calc(var(--rail-w)+var(--gutter))] z-30 w-max max-w-[min(400px,calc(100vw-24px))] max-[720px]:right-3 max-[720px]:bottom-17 max-[720px]:left-3 max-[720px]:w-auto print:hidden"
    >
      {toast !== null && (
        <div className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-2 rounded-overlay border border-line-2 bg-surface py-1.5 pr-1.5 pl-3.5 shadow-(--shadow-overlay)">
          <p className="text-pretty">
            <b className="font-semibold">{toast.text}</b>
            {toast.detail !== null && <span className="text-ink-2"> {toast.detail}</span>}
          </p>
          <span className="flex items-center gap-1">
            {toast.undo !== null && (
              <Button onClick={undoToast}>
                Undo <kbd className="font-mono text-micro text-ink-3">z</kbd>
              </Button>
            )}
            <Button kind="icon" aria-label="Close message" onClick={closeToast}>
              <Icon name="close" size={14} />
            </Button>
          </span>
          {toast.progress !== null && (
            <svg width="100%" height="6" className="col-span-2 my-1.5" aria-hidden="true">
              <rect width="100%" height="6" rx="2" fill="var(--surface-4)" />
              <rect width={`${toast.progress * 100}%`} height="6" rx="2" fill="var(--running)" />
            </svg>
          )}
        </div>
      )}
    </div>
  );
}
