import { type ReactElement, useState } from "react";
import { GrantsError, parseGrants } from "../../../../src/contract/api/access/grants.ts";
import { type Role, ROLES } from "../../../../src/contract/api/access/role.ts";
import { FIELD, Labelled } from "../../../acting/fields.tsx";

const MEANINGS: Readonly<Record<Role, string>> = {
  viewer: "reads, searches, exports",
  operator: "also retries, cancels, runs, pauses, silences",
  admin: "also people, keys, retention, restore",
  auditor: "reads records and the audit log",
};

interface Props {
  readonly value: string;
  readonly onChange: (role: string) => void;
}

/** A role, for everything or for a part; several of them as a text. */
export function RoleFields({ value, onChange }: Props): ReactElement {
  const [isText, setText] = useState(() => value.includes(";"));
  const [role = "viewer", part = ""] = value.split(/\s+on\s+/, 2);
  const problem = roleProblem(value);
  if (isText)
    return (
      <Labelled label="Roles" hint="as in viewer; operator on workflow:sales/*">
        <input
          className={`${FIELD} font-mono`}
          spellCheck={false}
          aria-invalid={problem !== null}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
        <Wrong problem={problem} />
      </Labelled>
    );
  const compose = (nextRole: string, nextPart: string): void =>
    onChange(nextPart.trim() === "" ? nextRole : `${nextRole} on ${nextPart}`);
  return (
    <>
      <fieldset className="grid gap-1">
        <legend className="mb-1 text-small text-ink-2">Role</legend>
        {ROLES.map((each) => (
          <label key={each} className="grid min-h-6 grid-cols-[16px_72px_minmax(0,1fr)] items-center gap-2">
            <input type="radio" name="role" checked={role === each} onChange={() => compose(each, part)} />
            <span>{each}</span>
            <span className="text-small text-ink-3">{MEANINGS[each]}</span>
          </label>
        ))}
      </fieldset>
      <Labelled label="Only for" hint="empty: everything">
        <input
          className={`${FIELD} font-mono`}
          placeholder="workflow:sales/*, type:load"
          spellCheck={false}
          aria-invalid={problem !== null}
          value={part}
          onChange={(event) => compose(role, event.target.value)}
        />
        <Wrong problem={problem} />
      </Labelled>
      <button type="button" className="justify-self-start text-small text-accent" onClick={() => setText(true)}>
        Give several roles
      </button>
    </>
  );
}

function Wrong({ problem }: { readonly problem: string | null }): ReactElement | null {
  return problem === null ? null : <span className="text-error-text">{problem}</span>;
}

/** Why the text is no role; null: it is one. */
export function roleProblem(text: string): string | null {
  try {
    parseGrants(text);
    return null;
  } catch (error) {
    if (error instanceof GrantsError) return error.message;
    throw error;
  }
}
