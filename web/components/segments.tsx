import type { ReactElement, ReactNode } from "react";

interface Props<T extends string> {
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly name: ReactNode }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** A few ways, one of which holds. */
export function Segments<T extends string>({ label, options, value, onChange }: Props<T>): ReactElement {
  return (
    <span role="group" aria-label={label} className="inline-flex rounded-control border border-line-2 bg-surface-2">
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className="inline-flex h-[calc(var(--control)-2px)] items-center rounded-[3px] px-2 text-small text-ink-2 aria-pressed:bg-surface aria-pressed:font-medium aria-pressed:text-ink aria-pressed:shadow-[0_0_0_1px_var(--line-2)]"
        >
          {option.name}
        </button>
      ))}
    </span>
  );
}
