import { Failure } from "../std/failure.ts";
import type { PostmortemRow } from "./postmortem.ts";

const nexts: Readonly<Record<PostmortemRow["stage"], string>> = {
  draft: "Hand it in first: interlock postmortem submit",
  "in-review": "Somebody else reads it: interlock postmortem approve",
  approved: "Publish it: interlock postmortem publish",
  published: "It is published; to change it, write it anew: interlock postmortem write",
};

/** Something that can't be done with a post-mortem as far as it is. */
export function wrongStage({ reference, stage }: PostmortemRow, what: string): Failure {
  return new Failure({
    code: "conflict",
    message: `The post-mortem of ${reference} can't be ${what} now.`,
    why: `It is ${stage === "draft" ? "a draft" : stage}.`,
    state: "Nothing was changed.",
    next: `${nexts[stage]} ${reference}`,
  });
}
