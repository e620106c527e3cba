import type { Locale } from "../../api/localised.ts";
import type { Control } from "../../control/control.ts";
import { writeLetter, type Letter } from "../mail/letter.ts";
import type { NotifySettings } from "../settings.ts";
import { newSecretToken } from "../subscription/secret-token.ts";
import { readComponentChange } from "./component-change.ts";
import { componentBody, updateBody } from "./hook-body.ts";
import { postmortemLetter } from "./postmortem-letter.ts";
import { slackPostmortem, slackUpdate } from "./slack-text.ts";
import { readThreadFacts, type ThreadFacts } from "./thread-facts.ts";
import { updateLetter } from "./update-letter.ts";

/** Which message, for whom. */
export interface Asked {
  kind: "update" | "component" | "postmortem";
  subject: string;
  revision: number;
  locale: Locale;
}

/** The body of a webhook, with a place for each receiver's token. */
export interface HookBody {
  for(token: string): string;
}

/** Messages, each rendered once for everybody who reads one language. */
export interface Renderings {
  /** Undefined where there is nothing to tell any more. */
  letter(asked: Asked): Promise<{ letter: Letter; facts: ThreadFacts } | undefined>;
  body(asked: Asked & { format: "statuspage" | "slack" }): Promise<HookBody | undefined>;
}

/** Facts of an incident that are older than this are read again; the text of a revision never changes. */
const keptMs = 10_000;
const mostKept = 200;

export function makeRenderings(services: { control: Control; notify: NotifySettings }): Renderings {
  const kept = new Map<string, { at: number; value: Promise<unknown> }>();
  const once = async <Value>(key: string, make: () => Promise<Value>): Promise<Value> => {
    const known = kept.get(key);
    if (known !== undefined && performance.now() - known.at < keptMs) return known.value as Promise<Value>;
    const value = make();
    // What could not be rendered is tried again by whoever asks next.
    value.catch(() => kept.delete(key));
    kept.delete(key);
    kept.set(key, { at: performance.now(), value });
    for (const oldest of [...kept.keys()].slice(0, Math.max(0, kept.size - mostKept))) kept.delete(oldest);
    return value;
  };
  const factsOf = (asked: Asked): Promise<Told | undefined> =>
    once(`facts ${asked.kind} ${asked.subject} ${String(asked.revision)}`, () => readTold(services, asked));

  return {
    letter: (asked) =>
      once(keyFor("letter", asked), async () => {
        const told = await factsOf(asked);
        const { mail } = services.notify;
        if (told === undefined || mail === null) return undefined;
        const { facts, update } = told;
        const { locale } = asked;
        if (update === undefined && asked.kind !== "postmortem") return undefined;
        const letter = await writeLetter(mail, (token) =>
          update === undefined
            ? postmortemLetter(facts, { locale, token })
            : updateLetter(facts, { update, locale, token }),
        );
        return { letter, facts };
      }),
    body: (asked) =>
      once(keyFor(asked.format, asked), async () => {
        const standIn = newSecretToken();
        const body = await bodyOf(asked, standIn);
        if (body === undefined) return undefined;
        const parts = JSON.stringify(body).split(standIn);
        return { for: (token: string) => parts.join(token) };
      }),
  };

  async function bodyOf(
    asked: Asked & { format: "statuspage" | "slack" },
    token: string,
  ): Promise<object | undefined> {
    const { kind, subject, revision, format, locale } = asked;
    const reader = { locale, token, at: new Date() };
    if (kind === "component") {
      const of = { component: subject, revision, settings: services.notify };
      const change = await readComponentChange(services.control.query, of);
      return change === undefined ? undefined : componentBody(change, reader);
    }
    const told = await factsOf(asked);
    if (told === undefined) return undefined;
    const { facts, update } = told;
    if (kind === "postmortem") {
      if (format === "slack") return slackPostmortem(facts, reader);
      const [latest] = facts.updates;
      if (latest === undefined) return undefined;
      return updateBody(facts, { update: { ...latest, status: "postmortem" }, ...reader });
    }
    if (update === undefined) return undefined;
    return format === "slack"
      ? slackUpdate(facts, { update, ...reader })
      : updateBody(facts, { update, ...reader });
  }
}

function keyFor(form: string, { kind, subject, revision, locale }: Asked): string {
  return `${form} ${kind} ${subject} ${String(revision)} ${locale}`;
}

interface Told {
  facts: ThreadFacts;
  /** Undefined for a post-mortem. */
  update: ThreadFacts["updates"][number] | undefined;
}

async function readTold(
  { control, notify }: { control: Control; notify: NotifySettings },
  { kind, subject, revision }: Asked,
): Promise<Told | undefined> {
  const [row] = await control.query<{ thread: string }>(
    `select thread from interlock_control.tellings
      where kind = $1::text and subject = $2::text and revision = $3::integer`,
    [kind, subject, revision],
  );
  if (row === undefined) return undefined;
  const facts = await readThreadFacts(control.query, { thread: row.thread, settings: notify });
  return facts === undefined ? undefined : { facts, update: facts.updates.find(({ id }) => id === subject) };
}
