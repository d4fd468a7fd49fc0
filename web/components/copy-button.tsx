import { type ReactElement, useEffect, useState } from "react";
import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";

const SAID_MS = 1500;

/** Copies a text, and says that it did. `what`: "the id". */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }): ReactElement {
  const [said, setSaid] = useState<"copied" | "refused" | null>(null);
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => setSaid(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <Button
      kind="icon"
      aria-label={`Copy ${what}`}
      title={said ?? `Copy ${what}`}
      onClick={() => void copy(text).then((isCopied) => setSaid(isCopied ? "copied" : "refused"))}
    >
      <Icon name={said === "copied" ? "check" : "copy"} size={14} />
      <span role="status" className="sr-only">
        {said}
      </span>
    </Button>
  );
}

/** Browsers lend the clipboard only to pages of this machine or over TLS; elsewhere the text is selected and copied as by hand. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "sr-only";
    document.body.append(field);
    field.select();
    // oxlint-disable-next-line typescript/no-deprecated -- nothing else copies without a secure context
    const isCopied = document.execCommand("copy");
    field.remove();
    return isCopied;
  }
}
