import type { ReactElement } from "react";
import { CopyButton } from "../../../components/copy-button.tsx";
import { fieldsOf, type Operation, type Schema, typeText } from "./api-document.ts";

interface Props {
  readonly operation: Operation;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** A route; open, with what it takes and answers. */
export function OperationEntry({ operation, isOpen, onToggle }: Props): ReactElement {
  const { name, method, path, summary, role, parameters, body, status, answer } = operation;
  return (
    <li className="border-b border-line">
      <h3>
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={onToggle}
          className="grid w-full grid-cols-[56px_minmax(0,340px)_minmax(0,1fr)_auto] items-baseline gap-x-2 px-(--gutter) py-1.5 text-left text-small hover:bg-surface-3 max-[900px]:grid-cols-[56px_minmax(0,1fr)_auto]"
        >
          <span className="font-mono font-medium">{method}</span>
          <span className="font-mono break-all">{path}</span>
          <span className="text-ink-2 max-[900px]:col-span-2 max-[900px]:col-start-2 max-[900px]:row-start-2">
            {summary}
          </span>
          <span className="text-ink-3">{role}</span>
        </button>
      </h3>
      {isOpen && (
        <div className="grid gap-3 px-(--gutter) pb-4 pl-[calc(var(--gutter)+64px)] text-small max-[720px]:pl-(--gutter)">
          <p className="flex items-center gap-1 text-ink-2">
            <code className="font-mono">{name}</code>
            <CopyButton text={path} what="the path" />
          </p>
          {parameters.length > 0 && (
            <Fields
              title="Parameters"
              fields={parameters.map((parameter) => [
                parameter.in === "path" ? `{${parameter.name}}` : parameter.name,
                parameter.schema,
                parameter.required,
              ])}
            />
          )}
          {body !== null && <Fields title="Body" fields={fieldsOf(body)} />}
          {answer !== null && (
            <Fields title={`Answer ${status}`} fields={fieldsOf(answer)} about={answer.description} />
          )}
        </div>
      )}
    </li>
  );
}

type Field = readonly [name: string, schema: Schema, isRequired: boolean];
/** Fields in fields are shown so deep; deeper ones are in the description, or in the document. */
const DEEPEST = 3;

function Fields({
  title,
  fields,
  about,
}: {
  readonly title: string;
  readonly fields: readonly Field[];
  readonly about?: string | undefined;
}): ReactElement {
  return (
    <section>
      <h4 className="font-semibold">{title}</h4>
      {about !== undefined && (
        <p>
          <Prose text={about} />
        </p>
      )}
      {fields.length === 0 ? <p className="text-ink-3">No fields.</p> : <FieldList fields={fields} depth={0} />}
    </section>
  );
}

function FieldList({ fields, depth }: { readonly fields: readonly Field[]; readonly depth: number }): ReactElement {
  return (
    <ul className={depth === 0 ? "" : "ml-2 border-l border-line pl-3"}>
      {fields.map(([name, schema, isRequired], index) => {
        const inner = depth < DEEPEST ? fieldsOf(schema) : [];
        return (
          <li key={`${name} ${index}`} className="py-0.5">
            <code className="font-mono font-medium">{name}</code>{" "}
            <span className="text-ink-3">
              {typeText(schema)}
              {isRequired ? "" : ", optional"}
              {schema.default === undefined ? "" : `, default ${JSON.stringify(schema.default)}`}
            </span>{" "}
            <Prose text={schema.description ?? ""} />
            {inner.length > 0 && <FieldList fields={inner} depth={depth + 1} />}
          </li>
        );
      })}
    </ul>
  );
}

/** A description, with its code as code; a link of the docs leads nowhere here and is its words. */
function Prose({ text }: { readonly text: string }): ReactElement {
  const parts = text.replaceAll(/\[([^\]]+)\]\([^)]*\)/g, "$1").split("`");
  return (
    <span className="text-ink-2">
      {parts.map((part, index) =>
        index % 2 === 0 ? (
          part
        ) : (
          <code key={index} className="font-mono">
            {part}
          </code>
        ),
      )}
    </span>
  );
}
