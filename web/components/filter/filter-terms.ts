/** `type:load job:"a b" disk full` by the names it has. What has no name of these is under `rest`. */
export function readTerms<Name extends string>(
  text: string,
  names: readonly Name[],
  rest: Name,
): Partial<Record<Name, string>> {
  const filters: Partial<Record<Name, string>> = {};
  const words: string[] = [];
  for (const [term = "", name, quoted, plain] of text.matchAll(/(?:([a-z]+):)?(?:"([^"]*)"|(\S+))/g)) {
    const value = quoted ?? plain ?? "";
    const filter = names.find((one) => one === name);
    if (filter === undefined) words.push(name === undefined ? value : term);
    else if (value !== "") filters[filter] = value;
  }
  if (words.length > 0) filters[rest] = words.join(" ");
  return filters;
}

/** As a pill and as it is typed. */
export function termOf(name: string, value: string): string {
  return `${name}:${/[\s"]/.test(value) ? `"${value}"` : value}`;
}
