import type { ReactElement } from "react";
import { AlertDialog } from "./alert-dialog.tsx";
import { closeQuestion, type Question } from "./ask.ts";
import { CancelDialog } from "./cancel-dialog.tsx";
import { CreateDialog } from "./files/create-dialog.tsx";
import { RedriveDialog } from "./files/redrive-dialog.tsx";
import { EditDialog } from "./edit-dialog.tsx";
import { MarkDialog } from "./mark-dialog.tsx";
import { PauseDialog } from "./phases/pause-dialog.tsx";
import { RetryDialog } from "./retry-dialog.tsx";
import { RunDialog } from "./phases/run-dialog.tsx";

/** The dialog of a question. It is loaded with the first one. */
export function Asked({ question }: { readonly question: Question }): ReactElement {
  switch (question.kind) {
    case "retry":
      return <RetryDialog selection={question.selection} onDone={question.onDone} onClose={closeQuestion} />;
    case "cancel":
      return <CancelDialog selection={question.selection} onDone={question.onDone} onClose={closeQuestion} />;
    case "mark":
      return <MarkDialog selection={question.selection} onDone={question.onDone} onClose={closeQuestion} />;
    case "edit":
      return <EditDialog task={question.task} onDone={question.onDone} onClose={closeQuestion} />;
    case "acknowledge":
    case "resolve":
      return (
        <AlertDialog action={question.kind} alerts={question.alerts} onDone={question.onDone} onClose={closeQuestion} />
      );
    case "pause":
      return <PauseDialog phase={question.phase} onDone={question.onDone} onClose={closeQuestion} />;
    case "redrive":
      return <RedriveDialog files={question.files} onDone={question.onDone} onClose={closeQuestion} />;
    case "create":
      return <CreateDialog file={question.file} onDone={question.onDone} onClose={closeQuestion} />;
    case "run":
      return <RunDialog phase={question.phase} onDone={question.onDone} onClose={closeQuestion} />;
  }
}
