import type { ReactElement } from "react";
import { FIELD, Labelled } from "../fields.tsx";
import type { PhaseAbout } from "./act-on-phases.ts";

type Input = PhaseAbout["inputs"][number];
export type InputValues = Readonly<Record<string, string>>;

interface Props {
  readonly inputs: readonly Input[];
  readonly values: InputValues;
  readonly onChange: (values: InputValues) => void;
}

/** A field for each thing that a phase takes by hand. */
export function PhaseInputs({ inputs, values, onChange }: Props): ReactElement {
  return (
    <>
      {inputs.map((input) => (
        <Labelled key={input.name} label={<code className="font-mono">{input.name}</code>} hint={hintOf(input)}>
          <Field
            input={input}
            value={values[input.name] ?? ""}
            onChange={(value) => onChange({ ...values, [input.name]: value })}
          />
        </Labelled>
      ))}
    </>
  );
}

function Field({
  input: { type, choices, secret, required, default: fallback },
  value,
  onChange,
}: {
  readonly input: Input;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactElement {
  const options = type === "boolean" ? ["true", "false"] : choices;
  if (options.length > 0)
    return (
      <select className={FIELD} value={value} required={required} onChange={({ target }) => onChange(target.value)}>
        <option value="">{fallback ?? ""}</option>
        {options
          .filter((option) => option !== fallback)
          .map((option) => (
            <option key={option}>{option}</option>
          ))}
      </select>
    );
  return (
    <input
      className={`${FIELD} font-mono text-small`}
      type={secret ? "password" : "text"}
      inputMode={type === "integer" ? "numeric" : type === "number" ? "decimal" : "text"}
      autoComplete="off"
      required={required}
      placeholder={fallback ?? (type === "date" ? "2026-01-31" : "")}
      value={value}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}

function hintOf({ required, description, type }: Input): string {
  const parts = [required ? "required" : "", type === "string" ? "" : type, description];
  return parts.filter((part) => part !== "").join("; ") || "optional";
}

/** As a query string, without what is left empty. */
export function metaOf(values: InputValues, more: string): string {
  const given = Object.entries(values).filter(([, value]) => value !== "");
  const written = new URLSearchParams(given).toString();
  return [written, more.trim()].filter((part) => part !== "").join("&");
}

/** Names of those that are required, and empty. */
export function missingInputs(inputs: readonly Input[], values: InputValues, more: string): readonly string[] {
  const written = new URLSearchParams(more);
  return inputs
    .filter(({ name, required }) => required && (values[name] ?? "") === "" && !written.has(name))
    .map(({ name }) => name);
}
