import { expect, test, vi } from "vitest";
import { setPreferences } from "../../web/services/preferences.ts";
import { watchPrinting } from "../../web/services/printing.ts";

class Media extends EventTarget {
  matches = false;
}

test("while the page is printed it is light, and afterwards as before", () => {
  const media = new Media();
  vi.stubGlobal("matchMedia", () => media);
  setPreferences({ theme: "dark" });
  watchPrinting();
  const themes = [true, false].map((matches) => {
    media.matches = matches;
    media.dispatchEvent(new Event("change"));
    return document.documentElement.dataset["theme"];
  });
  expect(themes).toEqual(["light", "dark"]);
  setPreferences({ theme: "system" });
  vi.unstubAllGlobals();
});
