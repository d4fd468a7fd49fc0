import type { CommandNode, FlagNode } from "./command-tree.ts";
import { quoted } from "./quoted.ts";

/** The completion script for bash 4 and newer. */
export function bashScript(tree: readonly CommandNode[]): string {
  const paths = tree.filter(({ path }) => path !== "").map(({ path }) => quoted(path));
  const cases = tree.map(({ path, commands, flags }) => {
    const names = [...commands.map(({ name }) => name), ...flags.flatMap(namesOf)];
    return `    ${quoted(path)}) words=${quoted(names.join(" "))} ;;`;
  });
  return `# Completions of flowlord for bash, made by \`flowlord completions bash\`.
_flowlord() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command="" words="" word next
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next=\${command:+$command }$word
    case "$next" in
      ${paths.join(" | ")}) command=$next ;;
    esac
  done
  case "$command $previous" in
${valueCases(tree)}
  esac
  case "$command" in
${cases.join("\n")}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o default -F _flowlord flowlord
`;
}

/** After a flag with a value: its values, or nothing of ours, so that bash offers files. */
function valueCases(tree: readonly CommandNode[]): string {
  const lines = tree.flatMap(({ path, flags }) =>
    flags
      .filter(({ takesValue }) => takesValue)
      .map((flag) => {
        const patterns = namesOf(flag).map((name) => quoted(`${path} ${name}`));
        const reply =
          flag.choices.length === 0
            ? "COMPREPLY=()"
            : `mapfile -t COMPREPLY < <(compgen -W ${quoted(flag.choices.join(" "))} -- "$current")`;
        return `    ${patterns.join(" | ")}) ${reply}; return ;;`;
      }),
  );
  return lines.join("\n");
}

function namesOf({ long, short }: FlagNode): readonly string[] {
  return short === null ? [long] : [long, short];
}
