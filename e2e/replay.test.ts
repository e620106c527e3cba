import { glob, readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { runStart } from "./run-start.ts";
import { useCache } from "./testing-cache.ts";

// 17 December without Interlock in the way, for real: everything that the page of that day holds comes out of fields.

const cache = useCache();
const languages = ["fr", "en", "it"] as const;
type Language = (typeof languages)[number];

interface Incidents {
  incidents: {
    status: string;
    impact: string;
    started_at: string;
    incident_updates: { status: string; translations: { body: Record<Language, string> } }[];
    components: { translations: { name: Record<Language, string> } }[];
    translations: { name: Record<Language, string> };
  }[];
}

let code: number | null;
let text: string;
let incidents: Incidents["incidents"];
let pages: Record<Language, string>;
let postmortems: Record<"fr" | "en", string>;
let letters: string[];

beforeAll(async () => {
  ({ code, text } = await runStart(cache.path, ["--unprotected"]));
  const kept = async (pattern: string): Promise<string[]> => {
    const paths: string[] = [];
    for await (const path of glob(`data/payments-*/unprotected/${pattern}`, { cwd: cache.path }))
      paths.push(path);
    return Promise.all(paths.toSorted().map((path) => readFile(`${cache.path}/${path}`, "utf8")));
  };
  const [answer = "{}"] = await kept("interlock/statuspage/api/v2/incidents.json");
  ({ incidents } = JSON.parse(answer) as Incidents);
  const [fr = "", en = "", it = ""] = await Promise.all(
    languages.map(
      async (language) => (await kept(`interlock/statuspage/${language}/incidents/INC-1.html`))[0],
    ),
  );
  pages = { fr, en, it };
  const [inEnglish = "", inFrench = ""] = await kept("post-mortem/INC-1.*.public.md");
  postmortems = { fr: inFrench, en: inEnglish };
  letters = await kept("letters/*");
}, 300_000);

/** What no two runs have in common: moments, lengths of time, counts, and the names that the server gives. */
function withoutFigures(said: string): string {
  return said
    .replaceAll(/\d{1,2} \p{L}+ 20\d\d(?: (?:à|at|alle ore) \d\d:\d\d(?::\d\d)? CES?T)?/gu, "<moment>")
    .replaceAll(/\d\d:\d\d(?::\d\d)? CES?T/g, "<time>")
    .replaceAll(
      /(?:\d+ (?:minutes?|secondes?|seconds?|minut[oi]|second[oi])(?:,| et| e|)? ?)+(?=[\s,.)]|$)/g,
      "<duration>",
    )
    .replaceAll(/\d[\d\u202F\u00A0,]*(?:[.,]\d+)?/g, "<n>");
}

/** The table of the picture has a line for every few seconds, more or fewer. */
function withoutTable(markdown: string): string {
  return markdown.replaceAll(/(?:^\| \d\d:\d\d.*\n)+/gm, "| … |\n");
}

test("the run itself: detected, declared, called, told, mended, resolved, learnt from", () => {
  expect(text).toMatch(/alarm +\d+\.\d s later: [1-9]\d* statements of payments@2\.2\.0/);
  expect(text).toMatch(/P1 INC-1 opens by itself; affected: Payment API; not affected: Payment terminals/);
  expect(text).toMatch(/unit +\d+\.\d s later: camille \(lead\), giulia .*noor .* reached/);
  expect(text).toMatch(/culprit +\d+\.\d s later: ALTER TABLE public\.payments on main, by .* \(psql\)/);
  expect(text).toMatch(/published +\w+ \d+\.\d s later in fr, en, it, on the page/);
  expect(text).toMatch(/held by the open P1 until somebody said that it mends it/);
  expect(text).toMatch(/recovery +seen by itself; monitoring \d+\.\d s later in fr, en, it/);
  expect(text).toMatch(
    /action +ACT-1 block, .*would have stopped 1 change that caused an incident, 0 that did no harm/,
  );
  expect(text).toMatch(/the gate +the next change of the kind is blocked: Block rul_\w+ .* after INC-1/);
  expect(text).toMatch(/payments +made +[\d,]+ +failed +[1-9][\d,]*\n/);
  expect(text).toMatch(/terminals +made +[1-9][\d,]* +failed +0\n/);
  expect(code).toBe(0);
});

describe("what clients read", () => {
  test("is one incident, over, with its post-mortem and the component that it hit", () => {
    expect(incidents).toMatchObject([
      {
        status: "postmortem",
        impact: "critical",
        translations: {
          name: {
            fr: "Perturbations : API de Paiement",
            en: "Disruptions: Payment API",
            it: "Anomalie: API di Pagamento",
          },
        },
        components: [
          { translations: { name: { fr: "API de Paiement", en: "Payment API", it: "API di Pagamento" } } },
        ],
      },
    ]);
  });

  test("was told when it was found, identified, coming back and over, each time in three languages", async () => {
    // On a machine with much to do the trouble may come back for a moment, and that is told, too.
    const updates = (incidents[0]?.incident_updates ?? [])
      .toReversed()
      .filter(({ status }, index, all) => all.findIndex((one) => one.status === status) === index);
    expect(updates.map(({ status }) => status)).toEqual([
      "investigating",
      "identified",
      "monitoring",
      "resolved",
    ]);
    const said = updates
      .map(({ status, translations: { body } }) =>
        [
          status,
          ...languages.map((language) => `  ${language}  ${body[language].replaceAll("\n", " ")}`),
        ].join("\n"),
      )
      .join("\n");
    await expect(`${withoutFigures(said)}\n`).toMatchFileSnapshot("golden/replay-updates.txt");
  });

  test.each([
    [
      "fr",
      [
        "Début",
        "Fin",
        "Durée",
        "Catégorie",
        "Responsabilité",
        "Priorité",
        "Services concernés",
        "Services non concernés",
      ],
    ],
    [
      "en",
      [
        "Start",
        "End",
        "Duration",
        "Category",
        "Responsibility",
        "Priority",
        "Affected services",
        "Services not affected",
      ],
    ],
    [
      "it",
      [
        "Inizio",
        "Fine",
        "Durata",
        "Categoria",
        "Responsabilità",
        "Priorità",
        "Servizi interessati",
        "Servizi non interessati",
      ],
    ],
  ] as const)("has the whole header in %s", (language, labels) => {
    for (const label of labels) expect(pages[language]).toContain(label);
    expect(pages[language]).toContain("P1");
  });

  test("says the same moments and lengths in every language, on every page", () => {
    const [start] = incidents.map(({ started_at: at }) => new Date(at));
    const clock = new Intl.DateTimeFormat("en-GB", {
      timeZone: "Europe/Paris",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    }).format(start);
    const facts = languages.map((language) => {
      const times = [...new Set(pages[language].match(/\d\d:\d\d(?= CES?T)/g) ?? [])].toSorted();
      return { times, starts: times.includes(clock) };
    });
    expect(facts[0]?.starts).toBe(true);
    expect(facts[1]).toEqual(facts[0]);
    expect(facts[2]).toEqual(facts[0]);
  });
});

describe("the post-mortem", () => {
  test.each(["fr", "en"] as const)("has every section of the seed, in %s", async (language) => {
    const document = withoutFigures(withoutTable(postmortems[language]));
    await expect(document).toMatchFileSnapshot(`golden/replay-post-mortem.${language}.md`);
  });

  test("says the same moments in both languages", () => {
    const times = (["fr", "en"] as const).map((language) =>
      (postmortems[language].match(/\d\d:\d\d(?::\d\d)?(?= CES?T)/g) ?? []).toSorted(),
    );
    expect(times[0]?.length).toBeGreaterThan(5);
    expect(times[1]).toEqual(times[0]);
  });
});

test("everybody was told: three were called, and each subscriber had every update once", () => {
  const mails = letters.filter((letter) => letter.startsWith("Message-ID:"));
  const ids = mails.map((mail) => /^Message-ID: (\S+)/m.exec(mail)?.[1]);
  expect(new Set(ids).size).toBe(mails.length);
  // Every update and a post-mortem, in three mailboxes.
  const updates = incidents[0]?.incident_updates.length ?? 0;
  expect(mails).toHaveLength((updates + 1) * 3);
  const calls = letters.filter((letter) => letter.startsWith('{"type":"unit.called"'));
  expect(
    calls.map((call) => (JSON.parse(call) as { call: { person: string } }).call.person).toSorted(),
  ).toEqual(["camille", "giulia", "noor"]);
});
