import type { ReactElement, ReactNode } from "react";
import type { ApiError } from "../services/api.ts";

export const FIELD = "min-h-(--control) w-full rounded-control border border-line-control bg-surface px-2 text-ink";

/** A label above what it is of. */
export function Labelled({
  label,
  hint,
  children,
}: {
  readonly label: ReactNode;
  readonly hint?: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <label className="grid gap-1 text-small text-ink-2">
      <span>
        {label}
        {hint !== undefined && <span className="text-ink-3"> ({hint})</span>}
      </span>
      {children}
    </label>
  );
}

interface CheckProps {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly children: ReactNode;
}

export function Check({ isOn, onChange, children }: CheckProps): ReactElement {
  return (
    <label className="flex min-h-6 items-start gap-2">
      <input type="checkbox" className="mt-1" checked={isOn} onChange={(event) => onChange(event.target.checked)} />
      <span>{children}</span>
    </label>
  );
}

/** From so many things on, their count is typed before what cannot be undone is done. */
const TYPED_FROM = 10;

export function isCountTyped(count: number, typed: string): boolean {
  return count < TYPED_FROM || typed.replaceAll(/[\s,.]/g, "") === String(count);
}

interface TypedProps {
  readonly count: number;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Nothing, where the count need not be typed. */
export function TypedCount({ count, value, onChange }: TypedProps): ReactElement | null {
  if (count < TYPED_FROM) return null;
  return (
    <Labelled
      label={
        <>
          Type <b className="font-semibold">{count}</b> to go on
        </>
      }
    >
      <input
        className={`${FIELD} max-w-24`}
        inputMode="numeric"
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </Labelled>
  );
}

/** Why, for the audit log. */
export function ReasonField({
  value,
  onChange,
  isRequired = false,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly isRequired?: boolean;
}): ReactElement {
  return (
    <Labelled label="Reason" hint={`${isRequired ? "required; " : ""}in the audit log and under Why`}>
      <input
        className={FIELD}
        value={value}
        maxLength={1000}
        required={isRequired}
        onChange={(event) => onChange(event.target.value)}
      />
    </Labelled>
  );
}

/** Why it was not done. It has its place before it is needed. */
export function Refusal({ refusal }: { readonly refusal: ApiError | null }): ReactElement {
  return (
    <p role="alert" className="min-h-5 text-error-text empty:hidden">
      {refusal?.message}
    </p>
  );
}

/** The buttons of a dialog; on a phone side by side over its width. */
export function Answers({ children }: { readonly children: ReactNode }): ReactElement {
  return <div className="flex flex-wrap justify-end gap-2 pt-1 max-[720px]:*:flex-1">{children}</div>;
}
