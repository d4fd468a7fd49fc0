import { apply } from "./preferences.ts";

/** Paper is white: for as long as the page is printed, the light theme holds. */
export function watchPrinting(): void {
  const media = matchMedia("print");
  media.addEventListener("change", () => {
    if (media.matches) document.documentElement.dataset["theme"] = "light";
    else apply();
  });
}
