import { type ReactElement, useState } from "react";
import { copy } from "../../../components/copy-button.tsx";
import { Button } from "../../../components/button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { SlotSwatch } from "../../../components/slots/slot-mark.tsx";
import { ApiError } from "../../../services/api.ts";
import { count } from "../../../services/format.ts";
import { useMay } from "../../../services/may.ts";
import { useIsAway } from "../../../services/reach.ts";
import { showToast } from "../../../services/toasts.ts";
import type { Draft } from "../backfill-queries.ts";
import type { BackfillSearch } from "../search.ts";
import { SlotsChart } from "../slots/slots-chart.tsx";
import { CreateDialog } from "./create-dialog.tsx";
import { ACTIVE, commandOf } from "./draft.ts";
import { Ends } from "./ends.tsx";
import { fateOf, LOOKS } from "./looks.ts";
import { Sentence } from "./sentence.tsx";
import type { Preview as Previewed } from "./use-preview.ts";

const SUMS = ["new", "failed"] as const;

interface Props {
  readonly draft: Draft;
  readonly search: BackfillSearch;
  readonly preview: Previewed | null;
  readonly error: Error | null;
  readonly onRetry: () => void;
  /** How many children follow each task; 0 when they do not. */
  readonly followers: number;
  readonly now: number;
}

/** What a backfill would make, before it begins. */
export function Preview(props: Props): ReactElement {
  const { draft, search, preview, error, onRetry, followers, now } = props;
  return (
    <section aria-label="Preview" className="grid min-h-140 min-w-0 content-start gap-3">
      <h2 className="sr-only">Preview</h2>
      {error !== null ? (
        <Refused error={error} onRetry={onRetry} />
      ) : preview === null ? (
        <SkeletonRows rows={12} label="The preview is counted" />
      ) : (
        <>
          <Sentence draft={draft} preview={preview} active={search.active ?? ACTIVE} followers={followers} />
          <Classes preview={preview} draft={draft} />
          <div className="grid grid-cols-[max-content_minmax(220px,320px)] items-start gap-x-8 gap-y-4 max-[1380px]:grid-cols-[minmax(0,1fr)]">
            <SlotsChart
              title={preview.cell === "hour" ? "By day and hour" : "By month and day"}
              label={preview.cell === "hour" ? "Slots by day and hour" : "Slots by month and day"}
              cell={preview.cell}
              zone={preview.page.zone}
              rows={preview.rows}
              looks={LOOKS}
              sums={SUMS}
              wrong="failed"
              now={now}
              maxHeight={420}
              hasLegend={false}
            />
            <Ends draft={draft} preview={preview} />
          </div>
          <Begin {...props} preview={preview} />
        </>
      )}
    </section>
  );
}

function Classes({ preview, draft }: { readonly preview: Previewed; readonly draft: Draft }): ReactElement {
  return (
    <ul className="flex flex-wrap gap-x-6 gap-y-1 text-small">
      {LOOKS.map(({ kind, state, word }) => (
        <li key={kind} className="grid grid-cols-[12px_auto_1fr] items-center gap-x-1.5">
          <SlotSwatch state={state} />
          <b className={preview.counts[kind] === 0 ? "font-normal text-ink-3" : "font-semibold"}>
            {count(preview.counts[kind])}
          </b>
          <span>{kind === "exists" && preview.counts.exists === 1 ? "exists" : word}</span>
          <span className="col-span-2 col-start-2 text-ink-3">{fateOf(kind, draft.only)}</span>
        </li>
      ))}
    </ul>
  );
}

function Begin({ draft, search, preview, followers }: Props & { readonly preview: Previewed }): ReactElement {
  const [isAsking, setAsking] = useState(false);
  const { workflow } = preview.page;
  const isAllowed = useMay("operator", { type: draft.type, workflow });
  const isAway = useIsAway();
  const { selected, isWhole, tooMany } = preview;
  const copyCommand = async (): Promise<void> => {
    const isCopied = await copy(commandOf(draft, search));
    showToast(isCopied ? "The command is copied." : "This browser lets nobody copy.", null);
  };
  const tasks = selected === 1 ? "1 task" : `${count(selected)} tasks`;
  return (
    <div className="flex flex-wrap items-center gap-2">
      {isAllowed && (
        <Button
          kind="go"
          disabled={!isWhole || selected === 0 || tooMany !== null || isAway}
          onClick={() => setAsking(true)}
        >
          <Icon name="play" size={14} />
          {isWhole ? `Create ${tasks}…` : "Create tasks…"}
        </Button>
      )}
      <Button title={commandOf(draft, search)} onClick={() => void copyCommand()}>
        <Icon name="copy" size={14} />
        Copy as command
      </Button>
      {isAllowed && <span className="text-small text-ink-3">Asks once more. You can pause or cancel at any time.</span>}
      {isAsking && (
        <CreateDialog
          draft={draft}
          search={search}
          preview={preview}
          followers={followers}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}

/** What the form asks for cannot be previewed: why, and what to change. */
function Refused({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }): ReactElement {
  const isOfForm = error instanceof ApiError && error.status >= 400 && error.status < 500;
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3">
      <p className="max-w-[76ch] text-title text-pretty">
        <b className="font-semibold">{isOfForm ? "This cannot be previewed" : "The preview could not be loaded"}:</b>{" "}
        {error.message}
      </p>
      {!isOfForm && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}
