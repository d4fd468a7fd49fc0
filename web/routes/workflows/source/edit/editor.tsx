import { useQuery } from "@tanstack/react-query";
import { type ReactElement, type ReactNode, useRef, useState } from "react";
import { Unsaved, useUnsaved } from "../../../../acting/unsaved.tsx";
import { Button } from "../../../../components/button.tsx";
import { copy, CopyButton } from "../../../../components/copy-button.tsx";
import { Mark } from "../../../../components/mark.tsx";
import { Problem } from "../../../../components/problem.tsx";
import { showToast } from "../../../../services/toasts.ts";
import { useFile, ViewTools } from "../../frame.tsx";
import { useCanSave } from "../can-save.ts";
import { type SourceText, sourceQuery, validateQuery } from "../source-queries.ts";
import { TomlField } from "./field.tsx";
import { Forecast } from "./forecast.tsx";
import { IssueList } from "./issue-list.tsx";
import { Review } from "./review.tsx";
import { useSave } from "./use-save.ts";
import { useLater } from "./use-later.ts";

/** A text is checked when it has been left alone for so long. */
const CHECK_MS = 400;

/** A change of the file: checked while it is typed, looked at once more, and saved; or copied, where it cannot be saved here. */
export function Editor({
  source,
  onClose,
}: {
  readonly source: SourceText;
  readonly onClose: () => void;
}): ReactElement {
  const { path, newest_version_id: newest } = useFile();
  const [base, setBase] = useState(source);
  const [text, setText] = useState(source.source);
  const [isReviewing, setReviewing] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const canSave = useCanSave(base);
  const later = useLater(text, CHECK_MS);
  const { data, error, isPlaceholderData, refetch } = useQuery(validateQuery(path, later));
  const found = data ?? null;
  const isOld = isPlaceholderData || later !== text;
  const isChanged = text !== base.source;
  const isOwn = useRef(false);
  // Who is on the way elsewhere goes there, and not back to the text.
  const leaving = useUnsaved(isChanged, () => {
    if (isOwn.current) onClose();
  });
  const close = (): void => {
    isOwn.current = true;
    leaving.ask();
  };
  const { isSending, refusal, save } = useSave(path, onClose);
  const { data: now } = useQuery({ ...sourceQuery(path, newest), enabled: newest !== base.id });
  const isBehind = newest !== base.id && now !== undefined && now.checksum !== base.checksum;
  const canReview = isChanged && !isOld && found?.accepted === true;
  return (
    <>
      <ViewTools>
        {canSave && <CopyButton text={text} what="the text" />}
        <Button onClick={close}>{isChanged ? "Discard…" : "Close"}</Button>
        {canSave ? (
          <Button kind="go" disabled={!canReview || isReviewing} onClick={() => setReviewing(true)}>
            Review and save…
          </Button>
        ) : (
          <Button
            kind="go"
            disabled={!isChanged}
            onClick={() =>
              void copy(text).then((isCopied) =>
                showToast(isCopied ? `Copied the text of ${path}.` : "Nothing was copied."),
              )
            }
          >
            Copy the text
          </Button>
        )}
      </ViewTools>
      {leaving.isAsked && (
        <div className="border-b border-line px-(--gutter) py-2">
          <Unsaved
            onStay={() => {
              isOwn.current = false;
              leaving.stay();
            }}
            onLeave={leaving.leave}
          />
        </div>
      )}
      {!canSave && (
        <Note>
          {base.edit_refused ?? "Your role looks at workflow files and changes none."} What you type here is checked,
          and is yours to copy.
        </Note>
      )}
      {isBehind && (
        <Note
          action={
            <Button
              onClick={() => {
                setBase(now);
                setReviewing(true);
              }}
            >
              Compare with it
            </Button>
          }
        >
          The file was changed meanwhile (version {now.id}). Saved over it, that change would be lost.
        </Note>
      )}
      {isReviewing ? (
        <Review
          before={base.source}
          after={text}
          isSending={isSending}
          refusal={refusal}
          onBack={() => setReviewing(false)}
          onSave={(reason) => void save({ text, checksum: base.checksum, reason })}
        />
      ) : (
        <TomlField
          label={`Text of ${path}`}
          text={text}
          issues={isOld ? [] : (found?.issues ?? [])}
          field={field}
          onChange={setText}
        />
      )}
      {error !== null && found === null ? (
        <Problem what="What the text would be" error={error} onRetry={() => void refetch()} />
      ) : (
        <IssueList issues={found?.issues ?? []} isKnown={found !== null} field={field} />
      )}
      <Forecast found={found} isOld={isOld} />
    </>
  );
}

function Note({ action, children }: { readonly action?: ReactElement; readonly children: ReactNode }): ReactElement {
  return (
    <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1 border-b border-line bg-surface-2 px-(--gutter) py-2 text-ink-2">
      <Mark status="warn" />
      <p className="min-w-0 flex-1 basis-60">{children}</p>
      {action}
    </div>
  );
}
