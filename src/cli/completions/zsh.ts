import type { CommandNode, FlagNode } from "./command-tree.ts";
import { quoted } from "./quoted.ts";

/** The completion script for zsh. */
export function zshScript(tree: readonly CommandNode[]): string {
  const paths = tree.filter(({ path }) => path !== "").map(({ path }) => quoted(path));
  const cases = tree.map(({ path, commands, flags }) => {
    const own = commands.map(({ name, summary }) => entry(name, summary)).join(" ");
    const names = flags.flatMap((flag) => namesOf(flag).map((name) => entry(name, flag.summary))).join(" ");
    return `    (${quoted(path)}) commands=(${own}); flags=(${names}) ;;`;
  });
  return `#compdef flowlord
# Completions of flowlord for zsh, made by \`flowlord completions zsh\`.
_flowlord() {
  local -a commands flags
  local command="" word next
  for word in "\${(@)words[2,CURRENT-1]}"; do
    next=\${command:+$command }$word
    case "$next" in
      (${paths.join("|")}) command=$next ;;
    esac
  done
  case "$command \${words[CURRENT-1]}" in
${valueCases(tree)}
  esac
  case "$command" in
${cases.join("\n")}
  esac
  if [[ $PREFIX == -* ]]; then
    _describe flag flags
  elif (( $#commands )); then
    _describe command commands
  else
    _files
  fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _flowlord "$@"
else
  compdef _flowlord flowlord
fi
`;
}

function valueCases(tree: readonly CommandNode[]): string {
  const lines = tree.flatMap(({ path, flags }) =>
    flags
      .filter(({ takesValue }) => takesValue)
      .map((flag) => {
        const patterns = namesOf(flag).map((name) => quoted(`${path} ${name}`));
        const reply = flag.choices.length === 0 ? "_files" : `compadd -- ${flag.choices.map(quoted).join(" ")}`;
        return `    (${patterns.join("|")}) ${reply}; return ;;`;
      }),
  );
  return lines.join("\n");
}

/** Colons separate a name from its summary. */
function entry(name: string, summary: string): string {
  return quoted(`${name}:${summary.replaceAll("\\", "\\\\").replaceAll(":", String.raw`\:`)}`);
}

function namesOf({ long, short }: FlagNode): readonly string[] {
  return short === null ? [long] : [long, short];
}
