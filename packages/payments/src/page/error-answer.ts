import type { Answer } from "../api/context.ts";
import { renderErrorPage } from "./error-page.ts";
import { asksForPage, languageFor, sendsForm, sendsJson, type Asking } from "./negotiation.ts";
import { pageHeaders } from "./security-headers.ts";

/** The answer to a request that failed: as a page where a browser asked for one, as it is otherwise. */
export function errorAnswerFor(request: Asking & { url: string }, answer: Answer): Answer {
  const forBrowser = sendsForm(request) || (asksForPage(request) && !sendsJson(request));
  if (!request.url.startsWith("/pay/") || !forBrowser) return answer;
  const language = languageFor(request);
  return {
    status: answer.status,
    body: renderErrorPage(language, errorOf(answer.status)),
    headers: { ...answer.headers, ...pageHeaders, "content-language": language },
  };
}

function errorOf(status: number): Parameters<typeof renderErrorPage>[1] {
  if (status === 404) return "notFound";
  if (status === 503) return "busy";
  return status < 500 ? "unreadable" : "broken";
}
