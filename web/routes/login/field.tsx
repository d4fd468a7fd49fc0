import { type InputHTMLAttributes, type ReactElement, type ReactNode, useId } from "react";
import { Mark } from "../../components/mark.tsx";

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  readonly hint?: ReactNode;
  /** Why what was typed is not right. */
  readonly wrong?: ReactNode;
}

/** Larger than elsewhere: on a phone a field of less than 16 px of text makes the browser zoom in. */
export function Field({ label, hint, wrong, ...rest }: Props): ReactElement {
  const id = useId();
  const isWrong = wrong !== undefined && wrong !== null;
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-small text-ink-2">
        {label}
      </label>
      <input
        id={id}
        required
        aria-invalid={isWrong}
        aria-describedby={hint !== undefined || isWrong ? `${id}-said` : undefined}
        data-status="error"
        className="h-9 rounded-control border border-line-control bg-surface px-2 aria-invalid:border-(--mark) max-[720px]:h-10 max-[720px]:text-[16px]"
        {...rest}
      />
      <div id={`${id}-said`} role={isWrong ? "alert" : undefined}>
        {isWrong ? (
          <p data-status="error" className="grid grid-cols-[14px_minmax(0,1fr)] gap-1.5 text-small text-error-text">
            <Mark status="error" />
            <span>{wrong}</span>
          </p>
        ) : (
          hint !== undefined && <p className="text-small text-ink-3">{hint}</p>
        )}
      </div>
    </div>
  );
}
