/**
 * A text that a simple regular expression matches: literals, classes, groups, alternatives and quantifiers.
 * What it can't read it takes literally: whoever asks tests the text against the real expression.
 */
export function textMatching(pattern: string, seed: number): string {
  let at = 0;
  let state = seed * 7 + 1;
  const next = (below: number): number => {
    // A small linear generator: the same seed gives the same text in every run.
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return below <= 0 ? 0 : Math.floor(state / 65_536) % below;
  };

  function alternatives(): string {
    const options = [sequence()];
    while (pattern[at] === "|") {
      at += 1;
      options.push(sequence());
    }
    return options[next(options.length)] ?? "";
  }

  function sequence(): string {
    let text = "";
    while (at < pattern.length && pattern[at] !== "|" && pattern[at] !== ")") {
      const start = at;
      const first = atom();
      const end = at;
      const [least, most] = quantifier();
      const count = least + next(Math.min(most, least + 8) - least + 1);
      const after = at;
      let repeated = "";
      for (let index = 0; index < count; index += 1) {
        if (index === 0) repeated = first;
        else {
          at = start;
          repeated += atom();
        }
      }
      at = Math.max(after, end);
      text += repeated;
    }
    return text;
  }

  function atom(): string {
    const character = pattern[at] ?? "";
    at += 1;
    if (character === "^" || character === "$") return "";
    if (character === ".") return "a";
    if (character === "\\") return escaped();
    if (character === "[") return oneOf(characterClass());
    if (character !== "(") return character;
    if (pattern.startsWith("?:", at)) at += 2;
    const inner = alternatives();
    at += 1;
    return inner;
  }

  function oneOf(characters: string): string {
    return characters[next(characters.length)] ?? "";
  }

  function escaped(): string {
    const letter = pattern[at] ?? "";
    at += 1;
    if (letter === "d") return oneOf("123456789");
    if (letter === "w") return oneOf(letters);
    if (letter === "s") return " ";
    return "bBAmMyYZ".includes(letter) ? "" : letter;
  }

  function characterClass(): string {
    const negated = pattern[at] === "^";
    if (negated) at += 1;
    let members = "";
    while (at < pattern.length && (pattern[at] !== "]" || members === "")) {
      const named = /^\[:(\w+):\]/.exec(pattern.slice(at));
      if (named !== null) {
        members += namedClasses[named[1] ?? ""] ?? "";
        at += named[0].length;
      } else if (pattern[at] === "\\") {
        at += 1;
        const letter = pattern[at] ?? "";
        members += letter === "d" ? digits : letter === "w" ? letters : letter;
        at += 1;
      } else if (pattern[at + 1] === "-" && pattern[at + 2] !== "]") {
        members += span(pattern[at] ?? "", pattern[at + 2] ?? "");
        at += 3;
      } else {
        members += pattern[at] ?? "";
        at += 1;
      }
    }
    at += 1;
    return negated ? [...letters].filter((letter) => !members.includes(letter)).join("") : members;
  }

  function quantifier(): [least: number, most: number] {
    const braces = /^\{(\d+)(,?)(\d*)\}/.exec(pattern.slice(at));
    if (braces !== null) {
      at += braces[0].length;
      const least = Math.min(Number(braces[1]), 1_000);
      return [
        least,
        braces[2] === "" ? least : braces[3] === "" ? least + 4 : Math.min(Number(braces[3]), 1_000),
      ];
    }
    const mark = pattern[at] ?? "";
    if (!"*+?".includes(mark) || mark === "") return [1, 1];
    at += 1;
    if (pattern[at] === "?") at += 1;
    return mark === "?" ? [0, 1] : mark === "+" ? [4, 8] : [0, 8];
  }

  return pattern.length > 500 ? "" : alternatives();
}

const digits = "0123456789";
const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
const namedClasses: Readonly<Record<string, string>> = {
  alnum: letters,
  alpha: "abcdefghijklmnopqrstuvwxyz",
  digit: digits,
  lower: "abcdefghijklmnopqrstuvwxyz",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  xdigit: "0123456789abcdef",
  space: " ",
};

function span(from: string, to: string): string {
  let members = "";
  for (let code = from.charCodeAt(0); code <= to.charCodeAt(0) && members.length < 200; code += 1) {
    members += String.fromCharCode(code);
  }
  return members;
}
