import { type ReactElement, useEffect, useState } from "react";
import { FIELD } from "../../../acting/fields.tsx";

const AFTER_MS = 500;

interface Props {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly isNumber?: boolean;
  /** Once nobody types any more. */
  readonly onChange: (value: string) => void;
}

/** A field whose text is taken when the typing stops: each change is previewed. */
export function TextField({ label, value, placeholder, isNumber = false, onChange }: Props): ReactElement {
  const [text, setText] = useState(value);
  const [taken, setTaken] = useState(value);
  if (value !== taken) {
    setTaken(value);
    setText(value);
  }
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text), AFTER_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <input
      aria-label={label}
      className={`${FIELD} ${isNumber ? "" : "font-mono text-small"}`}
      inputMode={isNumber ? "numeric" : undefined}
      autoComplete="off"
      spellCheck={false}
      placeholder={placeholder}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => text !== value && onChange(text)}
      onKeyDown={(event) => event.key === "Enter" && text !== value && onChange(text)}
    />
  );
}
