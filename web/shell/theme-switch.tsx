import type { ReactElement } from "react";
import { Button } from "../components/button.tsx";
import { Icon } from "../components/icon.tsx";
import { isDark, setPreferences, usePreferences } from "../services/preferences.ts";

export function ThemeSwitch(): ReactElement {
  usePreferences();
  const next = isDark() ? "light" : "dark";
  return (
    <Button
      kind="icon"
      className="max-[720px]:order-3 print:hidden"
      aria-label={`Switch to ${next}`}
      title={`Switch to ${next} (t)`}
      onClick={() => setPreferences({ theme: next })}
    >
      <Icon name="theme" size={14} />
    </Button>
  );
}
