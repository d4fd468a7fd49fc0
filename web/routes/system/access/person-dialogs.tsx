import { type ReactElement, useState } from "react";
import { FIELD, Labelled } from "../../../acting/fields.tsx";
import { PASSWORD_HINT, weakness } from "../../../components/new-password.ts";
import { change } from "../../../services/api.ts";
import { showToast } from "../../../services/toasts.ts";
import type { User } from "./access-queries.ts";
import { AskDialog } from "./ask-dialog.tsx";
import { RoleFields, roleProblem } from "./role-fields.tsx";

export type PersonQuestion =
  | { readonly kind: "add" }
  | { readonly kind: "role" | "password" | "off"; readonly user: User };

interface Props {
  readonly question: PersonQuestion;
  readonly onClose: () => void;
}

export function PersonDialog({ question, onClose }: Props): ReactElement {
  if (question.kind === "add") return <AddPerson onClose={onClose} />;
  const { user } = question;
  if (question.kind === "role") return <ChangeRole user={user} onClose={onClose} />;
  if (question.kind === "password") return <ResetPassword user={user} onClose={onClose} />;
  return <SwitchOff user={user} onClose={onClose} />;
}

function AddPerson({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [name, setName] = useState("");
  const [role, setRole] = useState("viewer");
  const [password, setPassword] = useState("");
  return (
    <AskDialog
      title="Add a person"
      verb="Add person"
      isReady={name !== "" && roleProblem(role) === null && weakness(name, password) === null}
      act={() => change<User>("POST", "/api/users", { name, role, password })}
      onDone={() => {
        onClose();
        showToast(`Added ${name}, ${role}`);
      }}
      onClose={onClose}
    >
      <Labelled label="Name" hint="letters, digits and . _ @ + -">
        <input
          className={FIELD}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </Labelled>
      <RoleFields value={role} onChange={setRole} />
      <PasswordField name={name} value={password} onChange={setPassword} />
    </AskDialog>
  );
}

function ChangeRole({ user, onClose }: { readonly user: User; readonly onClose: () => void }): ReactElement {
  const [role, setRole] = useState(user.role);
  const put = (next: string): Promise<User> => change<User>("PUT", `/api/users/${user.name}`, { role: next });
  return (
    <AskDialog
      title={`Role of ${user.name}`}
      description="It holds from the next request on."
      verb="Change role"
      isReady={role !== user.role && roleProblem(role) === null}
      act={() => put(role)}
      onDone={() => {
        onClose();
        showToast(`${user.name} is ${role} now`);
      }}
      onClose={onClose}
    >
      <RoleFields value={role} onChange={setRole} />
    </AskDialog>
  );
}

function ResetPassword({ user, onClose }: { readonly user: User; readonly onClose: () => void }): ReactElement {
  const [password, setPassword] = useState("");
  return (
    <AskDialog
      title={`New password for ${user.name}`}
      description="It ends the sessions of the user. Nobody can read a password afterwards: hand it over now."
      verb="Set password"
      isReady={weakness(user.name, password) === null}
      act={() => change<User>("PUT", `/api/users/${user.name}`, { password })}
      onDone={() => {
        onClose();
        showToast(`${user.name} has a new password`);
      }}
      onClose={onClose}
    >
      <PasswordField name={user.name} value={password} onChange={setPassword} />
    </AskDialog>
  );
}

function SwitchOff({ user, onClose }: { readonly user: User; readonly onClose: () => void }): ReactElement {
  return (
    <AskDialog
      title={`Switch off ${user.name}?`}
      description="The user may not log in, and the sessions end at once. What the user did stays in the record, and keys that the user made go on. Switching on again gives back the same role."
      verb={`Switch off ${user.name}`}
      keep="Keep on"
      act={() => change<User>("PUT", `/api/users/${user.name}`, { disabled: true })}
      onDone={() => {
        onClose();
        showToast(`${user.name} is switched off`);
      }}
      onClose={onClose}
    />
  );
}

interface PasswordProps {
  readonly name: string;
  readonly value: string;
  readonly onChange: (password: string) => void;
}

/** A new one is chosen in sight of its rules, and may be looked at. */
function PasswordField({ name, value, onChange }: PasswordProps): ReactElement {
  const [isShown, setShown] = useState(false);
  const weak = value === "" ? null : weakness(name, value);
  return (
    <div className="grid gap-1">
      <Labelled label="Password" hint={PASSWORD_HINT}>
        <input
          className={FIELD}
          type={isShown ? "text" : "password"}
          autoComplete="new-password"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      </Labelled>
      <p className="flex min-h-6 flex-wrap items-center justify-between gap-2 text-small">
        <span role="status" className="text-error-text">
          {weak}
        </span>
        <span className="flex gap-3">
          <button type="button" className="min-h-6 text-accent" onClick={() => setShown(!isShown)}>
            {isShown ? "Hide it" : "Show it"}
          </button>
          <button
            type="button"
            className="min-h-6 text-accent"
            onClick={() => {
              onChange(madePassword());
              setShown(true);
            }}
          >
            Make one
          </button>
        </span>
      </p>
    </div>
  );
}

/** 20 letters and digits without those that look alike: 113 bits. */
function madePassword(): string {
  const letters = "abcdefghijkmnpqrstuvwxyzACDEFGHJKLMNPQRSTUVWXY23456789";
  const bytes = crypto.getRandomValues(new Uint32Array(20));
  return Array.from(bytes, (byte) => letters[byte % letters.length]).join("");
}
