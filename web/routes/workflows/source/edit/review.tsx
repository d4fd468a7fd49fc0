import { type ReactElement, useMemo, useState } from "react";
import { Answers, ReasonField, Refusal } from "../../../../acting/fields.tsx";
import { Button } from "../../../../components/button.tsx";
import { DiffView } from "../../../../components/diff/diff-view.tsx";
import { diffLines } from "../../../../components/diff/diff-rows.ts";
import type { ApiError } from "../../../../services/api.ts";
import { useIsAway } from "../../../../services/reach.ts";
import { useFile } from "../../frame.tsx";

interface Props {
  /** The text that the change began with. */
  readonly before: string;
  readonly after: string;
  readonly isSending: boolean;
  readonly refusal: ApiError | null;
  readonly onBack: () => void;
  readonly onSave: (reason: string) => void;
}

/** What would be changed; the last look before it is saved. */
export function Review({ before, after, isSending, refusal, onBack, onSave }: Props): ReactElement {
  const { path } = useFile();
  const [reason, setReason] = useState("");
  const isAway = useIsAway();
  const lines = useMemo(() => diffLines(before, after), [before, after]);
  const changed = lines.filter(({ op }) => op !== "same").length;
  return (
    <>
      <div className="py-1.5">
        <DiffView label={`What would be changed in ${path}`} lines={lines} />
      </div>
      <form
        className="grid gap-2 border-t border-line px-(--gutter) py-3"
        onSubmit={(event) => {
          event.preventDefault();
          onSave(reason);
        }}
      >
        <ReasonField value={reason} onChange={setReason} />
        <Refusal refusal={refusal} />
        <Answers>
          <Button onClick={onBack}>Go on editing</Button>
          <Button kind="go" type="submit" disabled={isSending || isAway || changed === 0}>
            Save {path}
          </Button>
        </Answers>
      </form>
    </>
  );
}
