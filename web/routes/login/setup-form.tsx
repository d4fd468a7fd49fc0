import { type ReactElement, useState } from "react";
import { PASSWORD_HINT, weakness } from "../../components/new-password.ts";
import { Button } from "../../components/button.tsx";
import { Field } from "./field.tsx";
import { formText } from "./form-text.ts";
import { Code } from "./login-form.tsx";
import { useLogin } from "./use-login.ts";

/** Nobody can log in yet: whoever has the token of the start becomes the first admin. */
export function SetupForm({ onDone }: { readonly onDone: () => void }): ReactElement {
  const { isSending, problem, until, send } = useLogin();
  const [weak, setWeak] = useState<string | null>(null);
  const submit = async (form: FormData): Promise<void> => {
    const token = formText(form, "token").trim();
    const name = formText(form, "name").trim();
    const password = formText(form, "password");
    const found = weakness(name, password);
    setWeak(found);
    if (found === null && (await send("/api/setup", { token, name, password }))) onDone();
  };
  const isOfToken = problem?.code === "bad_setup_token" || problem?.status === 429;
  return (
    <>
      <p className="mb-4 text-ink-2">
        Nobody can log in yet. Flowlord printed a token when it started; it works once, and ends with that process.
      </p>
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(new FormData(event.currentTarget));
        }}
      >
        <Field
          name="token"
          label="Setup token"
          autoComplete="one-time-code"
          spellCheck={false}
          hint="It stands in what the start has printed."
          wrong={isOfToken ? problem.message : null}
        />
        <Field name="name" label="Name" autoComplete="username" autoCapitalize="none" spellCheck={false} />
        <Field
          name="password"
          label="Password"
          type="password"
          autoComplete="new-password"
          hint={PASSWORD_HINT}
          wrong={weak ?? (isOfToken ? null : problem?.message)}
        />
        <Button kind="go" type="submit" className="h-9 text-body" disabled={isSending || until !== null}>
          Make admin and log in
        </Button>
      </form>
      <p className="mt-5 text-small text-ink-3">
        Or in a terminal: <Code>flowlord users add NAME --role admin</Code>
      </p>
    </>
  );
}
