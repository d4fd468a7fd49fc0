import type { ReactElement } from "react";
import { CopyButton } from "../../components/copy-button.tsx";

/** A command to be run on the machine of the instance. */
export function CommandLine({ command }: { readonly command: string }): ReactElement {
  return (
    <p className="flex items-center gap-1 rounded-control bg-surface-3 py-0.5 pl-2.5">
      <code className="min-w-0 flex-1 font-mono text-small break-all">{command}</code>
      <CopyButton text={command} what="the command" />
    </p>
  );
}
