import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, type ReactNode, useState } from "react";
import { Answers, FIELD, Labelled, Refusal } from "../../../acting/fields.tsx";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import type { ApiError } from "../../../services/api.ts";
import { useIsAway } from "../../../services/reach.ts";

interface Props<T> {
  readonly title: string;
  readonly description?: ReactNode;
  /** The button that does it. */
  readonly verb: string;
  /** The way out, named for what stays. */
  readonly keep?: string;
  /** It cannot be undone. */
  readonly isFinal?: boolean;
  /** How many things it is done to: of ten and more, a person types it. */
  readonly count?: number;
  readonly isReady?: boolean;
  readonly act: () => Promise<T>;
  readonly onDone: (answer: T) => void;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}

const TYPED_FROM = 10;

/** Asks before something of people, keys and sessions is changed; says why it was refused. */
export function AskDialog<T>(props: Props<T>): ReactElement {
  const { title, description, verb, keep = "Cancel", isFinal = false, count = 1, isReady = true } = props;
  const [typed, setTyped] = useState("");
  const queries = useQueryClient();
  const isAway = useIsAway();
  const { mutate, isPending, error } = useMutation<T, ApiError>({
    mutationFn: props.act,
    onSuccess: (answer) => {
      void queries.invalidateQueries({ queryKey: ["access"] });
      props.onDone(answer);
    },
  });
  const isTyped = !isFinal || count < TYPED_FROM || typed === String(count);
  return (
    <Dialog title={title} description={description} onClose={props.onClose}>
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          mutate();
        }}
      >
        {props.children}
        {isFinal && count >= TYPED_FROM && (
          <Labelled label={`Type ${count} to go on`}>
            <input
              className={`${FIELD} max-w-24`}
              inputMode="numeric"
              autoComplete="off"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </Labelled>
        )}
        <Refusal refusal={error} />
        <Answers>
          <Button onClick={props.onClose}>{keep}</Button>
          <Button kind={isFinal ? "danger" : "go"} type="submit" disabled={!isReady || !isTyped || isPending || isAway}>
            {verb}
          </Button>
        </Answers>
      </form>
    </Dialog>
  );
}
