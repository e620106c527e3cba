import type { ReportingDescriptor } from "sarif";
import { findingKinds } from "../../finding-kinds.ts";
import { findingPage, pageUrl } from "../../finding-page.ts";
import { unknownCode, unknownTitle, type ToldGroup } from "../../told-groups.ts";

type Code = ToldGroup["code"];

/** A rule for each code that occurs, with its page as help. */
export function sarifRules(occurring: readonly Code[]): {
  rules: ReportingDescriptor[];
  indexOf: (code: Code) => number;
} {
  const codes = [...new Set(occurring)];
  return { rules: codes.map(rule), indexOf: (code) => codes.indexOf(code) };
}

function rule(code: Code): ReportingDescriptor {
  const title = code === unknownCode ? unknownTitle : findingKinds[code].title;
  const url = pageUrl("findings", code);
  return {
    id: code,
    name: code.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: `${title}.` },
    ...(url === undefined ? {} : { helpUri: url }),
    help: {
      text: `${title}. See ${findingPage(code)}, or run: npx interlock explain ${code}`,
      markdown: `${title}. ${url === undefined ? `See \`${findingPage(code)}\`` : `[Read on](${url})`}, or run \`npx interlock explain ${code}\`.`,
    },
    properties: { tags: ["postgresql", "migration"], precision: "very-high", "problem.severity": "error" },
  };
}
