import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { interlock, serve, type Served } from "../serve.ts";

const main = join(import.meta.dirname, "../../packages/interlock/src/cli/main.ts");

async function send(server: Served, method: string, path: string, body: object): Promise<void> {
  const answer = await fetch(`${server.address}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${await answer.text()}`);
}

async function serveDirectory(directory: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [main, "statuspage", "serve", directory, "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [url] = (await once(createInterface(child.stdout), "line")) as [string];
  return { child, url };
}

async function text(address: string): Promise<string> {
  const answer = await fetch(address);
  return answer.ok ? answer.text() : "";
}

test("with Interlock and PostgreSQL killed the page is there, with the last update on it", async () => {
  const server = await serve();
  const ended = once(server.process, "close");
  let page: Awaited<ReturnType<typeof serveDirectory>> | undefined;
  try {
    await send(server, "POST", "/environments", { name: "production" });
    await send(server, "PATCH", "/status-page", {
      environment: "production",
      names: { fr: "État des services", en: "Service status", it: "Stato dei servizi" },
      url: "https://status.example.com",
      responsibility: "Example",
    });
    await send(server, "POST", "/environments/production/components", {
      key: "payment-api",
      names: { fr: "API de Paiement", en: "Payment API", it: "API di pagamento" },
    });
    await send(server, "POST", "/environments/production/incidents", {
      priority: "P1",
      titles: { fr: "Perturbations", en: "Disruption", it: "Perturbazioni" },
      components: [{ component: "payment-api", status: "major_outage" }],
      isPublic: true,
      hold: false,
    });
    page = await serveDirectory(join(server.directory, "statuspage"));
    await send(server, "POST", "/incidents/INC-1/updates", {
      status: "identified",
      texts: { fr: "La cause est connue.", en: "The cause is known.", it: "La causa è nota." },
    });
    const { url } = page;
    await expect
      .poll(() => text(`${server.address}/status/it/index.html`), { timeout: 60_000, interval: 50 })
      .toContain("La causa è nota.");
    await expect
      .poll(() => text(`${url}/it/index.html`), { timeout: 60_000, interval: 50 })
      .toContain("La causa è nota.");
    // The same bytes from the server, from its directory, and from the server that knows nothing but the directory.
    for (const path of ["fr/incidents/INC-1.html", "api/v2/summary.json", "en/history.atom"]) {
      const [one, other] = [await text(`${server.address}/status/${path}`), await text(`${url}/${path}`)];
      expect(one).toBe(other);
      expect(one).toBe(await readFile(join(server.directory, "statuspage", path), "utf8"));
    }
    const status = await interlock(server, ["statuspage", "status"]);
    expect(status).toMatchObject({ code: 0, stdout: expect.stringContaining("files") as unknown });

    // What `build` writes from the same control database is the same site.
    const out = join(server.directory, "built");
    const built = await interlock(server, ["statuspage", "build", "--data", server.directory, "--out", out]);
    expect(built).toMatchObject({ code: 0, stdout: expect.stringContaining("0 removed") as unknown });
    for (const path of ["fr/incidents/INC-1.html", "en/history.atom", "api/v2/incidents.json"]) {
      expect(await readFile(join(out, path), "utf8")).toBe(await text(`${url}/${path}`));
    }

    const postmaster = Number(
      (await readFile(join(server.directory, "postgres/data/postmaster.pid"), "utf8")).split("\n")[0],
    );
    process.kill(postmaster, "SIGKILL");
    server.process.kill("SIGKILL");
    await ended;
    for (const path of ["/it/index.html", "/fr/incidents/INC-1.html", "/api/v2/incidents/unresolved.json"]) {
      const answer = await fetch(url + path);
      expect(answer.status).toBe(200);
    }
    expect(await text(`${url}/it/index.html`)).toContain("La causa è nota.");
    // Also one that is started only now.
    page.child.kill("SIGKILL");
    page = await serveDirectory(join(server.directory, "statuspage"));
    expect(await text(`${page.url}/it/index.html`)).toContain("La causa è nota.");
  } finally {
    page?.child.kill("SIGKILL");
    await server.stop();
  }
});
