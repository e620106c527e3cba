// A rehearsal in a process of its own: what comes over the channel is SQL that nobody vouches for. It ends when it has
// answered, and when the process that started it is gone.
import { openShadow } from "../shadow/open-shadow.ts";
import { factsOf } from "../std/failure.ts";
import type { RehearsalInput, RehearsalReply } from "./rehearsal-result.ts";
import { rehearseChange } from "./rehearse-change.ts";

process.once("disconnect", () => process.exit(1));
process.once("message", (input) => {
  void respond(input as RehearsalInput);
});

async function respond(input: RehearsalInput): Promise<void> {
  process.send?.(await answer(input), () => process.exit(0));
}

async function answer({ keepShadowMs, ...input }: RehearsalInput): Promise<RehearsalReply> {
  try {
    const shadow = await openShadow({ keepMs: keepShadowMs });
    try {
      return { result: await rehearseChange(input, shadow) };
    } finally {
      await shadow.close();
    }
  } catch (error) {
    return { failure: { ...factsOf(error) } };
  }
}
