import type { ReactElement } from "react";
import { sizeText } from "../../../../src/contract/live/size-text.ts";
import { Answers } from "../../../acting/fields.tsx";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { CommandLine } from "../command-line.tsx";

/** Compacting writes the file anew, which only a stopped instance allows: it says how. */
export function CompactDialog({
  free,
  onClose,
}: {
  readonly free: number;
  readonly onClose: () => void;
}): ReactElement {
  return (
    <Dialog
      title="Compact the database"
      description={`${sizeText(free)} of the file are free pages. New rows fill them, and many are given back to the disk by themselves. To close the gaps within pages too, the file is written anew while Flowlord is stopped.`}
      onClose={onClose}
    >
      <CommandLine command="systemctl stop flowlord && flowlord compact && systemctl start flowlord" />
      <p className="text-small text-ink-2">
        The disk needs room for both files. What arrives meanwhile waits in the bus; nothing is lost.
      </p>
      <Answers>
        <Button onClick={onClose}>Close</Button>
      </Answers>
    </Dialog>
  );
}
