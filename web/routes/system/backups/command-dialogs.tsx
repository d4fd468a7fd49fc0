import type { ReactElement } from "react";
import { Answers } from "../../../acting/fields.tsx";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import type { Clock } from "../../../services/format.ts";
import { CommandLine } from "../command-line.tsx";
import type { Backup } from "./backup-queries.ts";

interface Props {
  readonly backup: Backup;
  readonly clock: Clock;
  readonly now: number;
  readonly onClose: () => void;
}

/** A running instance does not replace its own database: this says how it is done. */
export function RestoreDialog({ backup, clock, now, onClose }: Props): ReactElement {
  const at = Date.parse(backup.started_at);
  return (
    <Dialog
      title={`Restore the backup of ${clock.moment(at, now)}`}
      description="A running instance does not replace its own database, so it is done on its machine while Flowlord is stopped."
      onClose={onClose}
    >
      <p>In the place of the database, which is kept aside:</p>
      <CommandLine command={`systemctl stop flowlord && flowlord restore ${backup.id} && systemctl start flowlord`} />
      <p>Or as a file of its own, beside the running instance, to look at it or to try a restore:</p>
      <CommandLine command={`flowlord restore ${backup.id} --to restored.db`} />
      <p className="text-small text-ink-2">
        After a restore to an earlier time nothing runs twice unasked: messages and ticks since then are held until
        somebody accepts or drops them here.
      </p>
      <Answers>
        <Button onClick={onClose}>Close</Button>
      </Answers>
    </Dialog>
  );
}

export function VerifyDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  return (
    <Dialog
      title="Verify the backups in the bucket"
      description="Each backup was restored and compared when it was made. To check that those in the bucket can still be read, they are fetched and compared again on a machine that has the room."
      onClose={onClose}
    >
      <CommandLine command="flowlord backup verify" />
      <Answers>
        <Button onClick={onClose}>Close</Button>
      </Answers>
    </Dialog>
  );
}
