import { Readable } from "node:stream";
import type { Context } from "../context.ts";
import { parameter, type Endpoint } from "../endpoint.ts";
import { notFound } from "../refusal.ts";

interface FilePart {
  written_to: string;
  content: string;
}

/** GET /accounting_reports/{file}: the CSV, piece by piece, for whoever has its address. 404 once it has expired. */
export const downloadReport: Endpoint = {
  method: "GET",
  path: "/accounting_reports/:file",
  access: "public",
  async handle(context, request) {
    const file = parameter(request, "file");
    const first = await readPart(context, { file, after: "-1" });
    if (first === undefined) throw notFound("file, or not any more");
    return {
      status: 200,
      body: "",
      stream: Readable.from(contents(context, { file, first })),
      headers: {
        "content-type": "text/csv; charset=utf-8; header=present",
        "content-disposition": 'attachment; filename="accounting-report.csv"',
        "cache-control": "private, no-store",
      },
    };
  },
};

async function* contents(
  context: Context,
  { file, first }: { file: string; first: FilePart },
): AsyncGenerator<string> {
  for (
    let part: FilePart | undefined = first;
    part !== undefined;
    part = await readPart(context, { file, after: part.written_to })
  ) {
    if (part.content !== "") yield part.content;
  }
}

async function readPart(
  { database, statements }: Context,
  { file, after }: { file: string; after: string },
): Promise<FilePart | undefined> {
  const [part] = await database.run<FilePart>(statements.readReportPart, [file, after]);
  return part;
}
