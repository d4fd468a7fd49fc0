import type { ReactElement } from "react";
import { Button } from "../components/button.tsx";
import { Icon } from "../components/icon.tsx";
import { closeToast, useToast } from "../services/toasts.ts";

/** Bottom left, on a phone above the rail. */
export function ToastBar(): ReactElement {
  const toast = useToast();
  return (
    <div role="status" className="fixed bottom-4 left-4 z-30 max-w-[calc(100vw-32px)] max-[720px]:bottom-17">
      {toast !== null && (
        <div className="flex items-center gap-2 rounded-overlay border border-line-2 bg-surface py-1 pr-1 pl-3 shadow-(--shadow-overlay)">
          <span>{toast.text}</span>
          {toast.undo !== null && (
            <Button
              kind="bare"
              className="text-accent"
              onClick={() => {
                toast.undo?.();
                closeToast();
              }}
            >
              Undo
            </Button>
          )}
          <Button kind="icon" aria-label="Close" onClick={closeToast}>
            <Icon name="close" size={14} />
          </Button>
        </div>
      )}
    </div>
  );
}
