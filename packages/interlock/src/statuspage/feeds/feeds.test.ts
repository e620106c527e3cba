import { sync, type VEvent } from "node-ical";
import Parser from "rss-parser";
import { describe, expect, test } from "vitest";
import type { PageModel } from "../page-model.ts";
import { renderSite } from "../render-site.ts";
import {
  cet,
  hostileModel,
  impact,
  maintenance,
  maintenanceModel,
  openModel,
  quietModel,
  resolvedModel,
} from "../testing-models.ts";

const now = cet("15:45");

function fileOf(model: PageModel, path: string, at = now): string {
  return renderSite(model, at).get(path)?.body.toString("utf8") ?? "";
}

type More = Record<string, string | undefined>;
const parser = new Parser<More, More>({ customFields: { feed: ["updated"], item: ["updated"] } });

describe("Atom", () => {
  test("an entry for each incident and maintenance, newest first, with what was said", async () => {
    const model = { ...resolvedModel(), maintenances: maintenanceModel().maintenances };
    const feed = await parser.parseString(fileOf(model, "en/history.atom"));
    expect(feed.title).toBe("Payplug Status - Incident History");
    expect(feed.items.map((item) => [item["id"], item.title])).toEqual([
      ["tag:status.example.com,2005:Incident/12", "E-commerce payment disruption"],
      ["tag:status.example.com,2005:Maintenance/15", "Database upgrade"],
      ["tag:status.example.com,2005:Maintenance/14", "Database upgrade"],
      ["tag:status.example.com,2005:Maintenance/13", "Database upgrade"],
    ]);
    const [incident, announced] = feed.items;
    expect(incident?.link).toBe("https://status.example.com/en/incidents/INC-12.html");
    expect(incident?.["updated"]).toBe(cet("14:49").toISOString());
    expect(incident?.content?.trim()).toMatch(
      /^<p><small>17 December 2024 at 14:49 CET<\/small><br ?\/?>\s*<strong>Resolved<\/strong> - The incident is now resolved/,
    );
    expect(announced?.content).toContain("THIS IS A SCHEDULED EVENT");
    expect(fileOf(model, "en/history.atom")).toContain('xml:lang="en"');
    expect(fileOf(model, "en/history.atom")).toContain("<id>tag:status.example.com,2005:/history</id>");
  });

  test("ids and moments come from the content: the same on another day and in another process", () => {
    for (const path of ["fr/history.atom", "fr/history.rss", "fr/maintenance.ics"]) {
      const model = { ...resolvedModel(), maintenances: maintenanceModel().maintenances };
      expect(fileOf(model, path, cet("09:00", "2025-03-01"))).toBe(fileOf(model, path));
    }
  });

  test("another update keeps the entry's id and moves its moment", async () => {
    const [before, after] = await Promise.all(
      [openModel(), resolvedModel()].map(
        async (model) => (await parser.parseString(fileOf(model, "fr/history.atom"))).items[0],
      ),
    );
    expect(after?.["id"]).toBe(before?.["id"]);
    expect([before?.["updated"], after?.["updated"]]).toEqual(
      [cet("14:30"), cet("14:49")].map((at) => at.toISOString()),
    );
  });
});

describe("RSS", () => {
  test("an item for each, whose guid is its link", async () => {
    const feed = await parser.parseString(fileOf(resolvedModel(), "it/history.rss"));
    expect(feed["language"]).toBe("it");
    expect(feed.items).toMatchObject([
      {
        title: "Perturbazioni sui pagamenti e-commerce",
        guid: "https://status.example.com/it/incidents/INC-12.html",
        link: "https://status.example.com/it/incidents/INC-12.html",
        isoDate: cet("14:18").toISOString(),
      },
    ]);
  });
});

test.each(["atom", "rss"])(
  "%s is well formed whatever is in the texts, and shows them as text",
  async (kind) => {
    const text = fileOf(hostileModel(), `fr/history.${kind}`);
    const feed = await parser.parseString(text);
    const item = feed.items.find(({ link }) => link?.includes("INC-13"));
    expect(item?.title).toContain("<script>alert(1)</script>");
    expect(item?.content).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(item?.content).not.toContain("<script>");
    // No character that XML can't hold.
    expect(text).not.toMatch(/[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/u);
  },
);

function events(model: PageModel): VEvent[] {
  return Object.values(sync.parseICS(fileOf(model, "fr/maintenance.ics"))).filter(
    (each): each is VEvent => each?.type === "VEVENT",
  );
}

describe("the calendar", () => {
  test("an event for each window, one that is called off says so", () => {
    const found = events(maintenanceModel()).map(({ uid, summary, status, sequence, start, end }) => ({
      uid,
      summary,
      status,
      sequence: Number(sequence),
      start: new Date(start.getTime()),
      end: end === undefined ? undefined : new Date(end.getTime()),
    }));
    expect(found).toEqual([
      {
        uid: "mnt_15@status.example.com",
        summary: "Mise à jour de la base de données",
        status: "CONFIRMED",
        sequence: 0,
        start: cet("02:00", "2025-01-14"),
        end: cet("04:00", "2025-01-14"),
      },
      {
        uid: "mnt_14@status.example.com",
        summary: "Mise à jour de la base de données",
        status: "CANCELLED",
        sequence: 2,
        start: cet("02:00", "2024-12-24"),
        end: cet("04:00", "2024-12-24"),
      },
      {
        uid: "mnt_13@status.example.com",
        summary: "Mise à jour de la base de données",
        status: "CONFIRMED",
        sequence: 0,
        start: cet("02:00"),
        end: cet("04:00"),
      },
    ]);
  });

  test("a series over both changes of the clock: every window at its hour on the wall, and as long as it is", () => {
    // Sundays 01:30–03:30 in Paris. On 30 March 02:00 becomes 03:00, on 26 October 03:00 becomes 02:00.
    const windows: [string, string, string, number][] = [
      ["2025-03-23", "2025-03-23T00:30:00Z", "2025-03-23T02:30:00Z", 2],
      ["2025-03-30", "2025-03-30T00:30:00Z", "2025-03-30T01:30:00Z", 1],
      ["2025-04-06", "2025-04-05T23:30:00Z", "2025-04-06T01:30:00Z", 2],
      ["2025-10-26", "2025-10-25T23:30:00Z", "2025-10-26T02:30:00Z", 3],
      ["2025-11-02", "2025-11-02T00:30:00Z", "2025-11-02T02:30:00Z", 2],
    ];
    const model = quietModel({
      maintenances: windows.map(([, from, until], index) =>
        maintenance(20 + index, {
          titles: { fr: "Entretien" },
          scheduledFor: new Date(from),
          scheduledUntil: new Date(until),
          impacts: [impact("payouts", "under_maintenance", new Date(from), new Date(until))],
        }),
      ),
    });
    const paris = new Intl.DateTimeFormat("sv-SE", {
      timeZone: "Europe/Paris",
      dateStyle: "short",
      timeStyle: "short",
    });
    expect(
      events(model).map(({ start, end }) => [
        paris.format(start),
        paris.format(end),
        ((end?.getTime() ?? 0) - start.getTime()) / 3_600_000,
      ]),
    ).toEqual(windows.map(([day, , , hours]) => [`${day} 01:30`, `${day} 03:30`, hours]));
  });

  test("texts of any kind stay inside their property", () => {
    const [event] = events(hostileModel());
    expect(event?.summary).toContain("<script>alert(1)</script>");
    expect(fileOf(hostileModel(), "fr/maintenance.ics").match(/BEGIN:VEVENT/g)).toHaveLength(1);
  });
});
