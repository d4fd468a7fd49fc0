import { type ReactElement, useState } from "react";
import { Button } from "../../components/button.tsx";
import { change, ApiError } from "../../services/api.ts";

/** Name and password; says why it was refused. */
export function LoginForm({ onDone }: { readonly onDone: () => void }): ReactElement {
  const [problem, setProblem] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const submit = async (form: FormData): Promise<void> => {
    setSending(true);
    try {
      await change("POST", "/api/login", { name: form.get("name"), password: form.get("password") });
      onDone();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.message);
    } finally {
      setSending(false);
    }
  };
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(new FormData(event.currentTarget));
      }}
    >
      <Field name="name" label="Name" autoComplete="username" />
      <Field name="password" label="Password" type="password" autoComplete="current-password" />
      <p role="alert" className="min-h-5 text-error-text">
        {problem}
      </p>
      <Button kind="go" type="submit" disabled={isSending}>
        Log in
      </Button>
    </form>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly type?: string;
  readonly autoComplete: string;
}

function Field({ name, label, type = "text", autoComplete }: FieldProps): ReactElement {
  return (
    <label className="grid gap-1 text-small text-ink-2">
      {label}
      <input
        name={name}
        type={type}
        autoComplete={autoComplete}
        required
        className="h-(--control) rounded-control border border-line-control bg-surface px-2 text-ink"
      />
    </label>
  );
}
