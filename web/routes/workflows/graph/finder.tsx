import { useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { FIELD } from "../../../acting/fields.tsx";
import { count } from "../../../services/format.ts";

interface Props {
  readonly text: string;
  readonly found: number;
  /** Which of them is shown, from 0. */
  readonly at: number;
  /** `Enter`: the next, with shift the one before. */
  readonly onStep: (step: 1 | -1) => void;
}

/** Finds phases by their names; what is not meant fades. */
export function Finder({ text, found, at, onStep }: Props): ReactElement {
  const navigate = useNavigate();
  return (
    <span className="flex items-center gap-1.5">
      {text !== "" && (
        <span role="status" className="text-small text-ink-3">
          {found === 0 ? "none" : `${count(at + 1)} of ${count(found)}`}
        </span>
      )}
      <input
        type="search"
        aria-label="Find a phase"
        placeholder="Find a phase"
        className={`${FIELD} w-36! text-small`}
        value={text}
        onChange={({ target }) =>
          void navigate({
            to: ".",
            search: (before) => ({ ...before, find: target.value === "" ? undefined : target.value }),
            replace: true,
            resetScroll: false,
          })
        }
        onKeyDown={({ key, shiftKey }) => {
          if (key === "Enter") onStep(shiftKey ? -1 : 1);
        }}
      />
    </span>
  );
}
