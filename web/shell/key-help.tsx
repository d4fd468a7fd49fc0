import type { ReactElement } from "react";
import { Dialog } from "../components/dialog.tsx";
import { KeyCaps } from "./chooser/key-caps.tsx";
import { KEY_GROUPS } from "../services/key-names.ts";

/** All keys, and what they do. */
export function KeyHelp({ onClose }: { readonly onClose: () => void }): ReactElement {
  return (
    <Dialog
      title="Keys"
      description="None of them works while something is typed, but Esc and ctrl k."
      onClose={onClose}
    >
      {Object.entries(KEY_GROUPS).map(([name, keys]) => (
        <section key={name}>
          <h3 className="mb-1 text-small font-semibold text-ink-2">{name}</h3>
          <dl className="grid grid-cols-[72px_1fr] items-center gap-y-1">
            {Object.entries(keys).map(([key, what]) => (
              <div key={key} className="contents">
                <dt>
                  <KeyCaps keys={key} />
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
