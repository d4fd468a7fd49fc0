import { useQuery } from "@tanstack/react-query";
import { type ReactElement, type ReactNode, useRef } from "react";
import { Button } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import { Clock, duration } from "../../services/format.ts";
import { useNow } from "../../services/now.ts";
import { useZone } from "../../services/preferences.ts";
import { Field } from "./field.tsx";
import { formText } from "./form-text.ts";
import { waysQuery } from "./login-queries.ts";
import { useLogin } from "./use-login.ts";

interface Props {
  /** Who it most likely is. */
  readonly name?: string;
  /** The address that a provider leads back to. */
  readonly back: string;
  readonly onDone: () => void;
}

/** Name and password, or the provider; says why it was refused. */
export function LoginForm({ name = "", back, onDone }: Props): ReactElement {
  const form = useRef<HTMLFormElement>(null);
  const { isSending, problem, until, send } = useLogin();
  const { data: ways } = useQuery(waysQuery);
  const submit = async (): Promise<void> => {
    if (form.current === null) return;
    const data = new FormData(form.current);
    const isDone = await send("/api/login", { name: formText(data, "name"), password: formText(data, "password") });
    if (isDone) {
      onDone();
      return;
    }
    const field = form.current.elements.namedItem("password");
    if (!(field instanceof HTMLInputElement)) return;
    field.value = "";
    field.focus();
  };
  const wrong = until === null ? problem?.status === 429 ? null : problem?.message : <Wait until={until} />;
  return (
    <div className="grid gap-3">
      <form
        ref={form}
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Field
          name="name"
          label="Name"
          autoComplete="username"
          defaultValue={name}
          autoCapitalize="none"
          spellCheck={false}
        />
        <Field name="password" label="Password" type="password" autoComplete="current-password" wrong={wrong} />
        <Button kind="go" type="submit" className="h-9 text-body" disabled={isSending || until !== null}>
          Log in
        </Button>
      </form>
      {ways?.provider === true && <AtProvider back={back} />}
      <p className="mt-2 text-small text-ink-3">
        {problem?.code === "bad_login" ? (
          <>
            Forgotten? An admin sets a new password, here or with <Code>flowlord users password</Code>.
          </>
        ) : (
          "No account? An admin of this instance makes one."
        )}
      </p>
    </div>
  );
}

/** Too many wrong passwords: when the next one is looked at. */
function Wait({ until }: { readonly until: number }): ReactElement {
  const now = useNow(1000);
  const clock = new Clock(useZone());
  return (
    <>
      Too many wrong passwords. The next is looked at in {duration(Math.max(0, Math.ceil((until - now) / 1000)) * 1000)}
      , at {clock.time(until)}.
    </>
  );
}

function AtProvider({ back }: { readonly back: string }): ReactElement {
  return (
    <>
      <p className="flex items-center gap-3 text-small text-ink-3 before:flex-1 before:border-t before:border-line-2 after:flex-1 after:border-t after:border-line-2">
        or
      </p>
      <a
        href={`/api/login/oidc?next=${encodeURIComponent(back)}`}
        className="inline-flex h-9 items-center justify-center gap-1.5 rounded-control border border-line-2 bg-surface font-medium hover:bg-surface-3"
      >
        <Icon name="key" />
        Log in at the provider
      </a>
    </>
  );
}

export function Code({ children }: { readonly children: ReactNode }): ReactElement {
  return <code className="font-mono text-small break-words">{children}</code>;
}
