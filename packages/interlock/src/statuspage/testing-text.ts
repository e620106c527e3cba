/** For tests only: what somebody reads on a page, line by line; other languages folded away are there, too. */
export function textOfPage(body: string): string {
  return body
    .replace(/^[\s\S]*<main[^>]*>/, "")
    .replace(/<\/main>[\s\S]*$/, "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/<svg class="days"[^>]*aria-label="([^"]*)"[\s\S]*?<\/svg>/g, "\n[$1]\n")
    .replaceAll(/<svg[\s\S]*?<\/svg>/g, "")
    .replaceAll(/<(?:h\d|p|li|dt|summary|div|section|article|br|td|th|tr|header|label|button)\b[^>]*>/g, "\n")
    .replaceAll(/ ?<\/dt> ?<dd> ?/g, ": ")
    .replaceAll(/<span[^>]*>/g, " ")
    .replaceAll(/<[^>]+>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("\n");
}
