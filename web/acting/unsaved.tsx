import { useBlocker } from "@tanstack/react-router";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { Button } from "../components/button.tsx";
import { Answers } from "./fields.tsx";

interface Leaving {
  /** Whether the person is asked now. */
  readonly isAsked: boolean;
  /** Leaves at once where nothing would be lost. */
  readonly ask: () => void;
  readonly stay: () => void;
  readonly leave: () => void;
}

/** Keeps what was typed: leaving asks first, whether by a button, by Back or by closing the tab. */
export function useUnsaved(isChanged: boolean, onLeave: () => void): Leaving {
  const [isAsked, setAsked] = useState(false);
  const blocker = useBlocker({
    shouldBlockFn: () => isChanged,
    enableBeforeUnload: () => isChanged,
    withResolver: true,
  });
  const isBlocked = blocker.status === "blocked";
  return {
    isAsked: isAsked || isBlocked,
    ask: () => (isChanged ? setAsked(true) : onLeave()),
    stay: () => {
      setAsked(false);
      if (isBlocked) blocker.reset();
    },
    leave: () => {
      onLeave();
      if (isBlocked) blocker.proceed();
    },
  };
}

/** Has the place of the buttons while it asks. */
export function Unsaved({
  onStay,
  onLeave,
}: {
  readonly onStay: () => void;
  readonly onLeave: () => void;
}): ReactElement {
  const question = useRef<HTMLDivElement>(null);
  useEffect(() => question.current?.focus(), []);
  return (
    <div ref={question} role="alert" tabIndex={-1} className="grid gap-1">
      <p>What you changed is not sent yet.</p>
      <Answers>
        <Button onClick={onLeave}>Discard the changes</Button>
        <Button kind="go" onClick={onStay}>
          Go on editing
        </Button>
      </Answers>
    </div>
  );
}
