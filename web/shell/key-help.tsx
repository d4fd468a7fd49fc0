import type { ReactElement } from "react";
import { Dialog } from "../components/dialog.tsx";

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ["/", "search"],
  ["j  k", "move down and up"],
  ["x", "select"],
  ["Enter", "open"],
  ["Esc", "close or clear"],
  ["l", "live on or off"],
  ["t", "theme"],
  ["g o", "Overview"],
  ["g t", "Tasks"],
  ["g s", "System"],
  ["?", "these keys"],
];

export function KeyHelp({ onClose }: { readonly onClose: () => void }): ReactElement {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl className="grid grid-cols-[max-content_1fr] items-center gap-x-4 gap-y-1">
        {KEYS.map(([keys, what]) => (
          <div key={keys} className="contents">
            <dt>
              <kbd className="rounded-[3px] bg-surface-3 px-1.5 py-0.5 font-mono text-micro text-ink-2">{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
