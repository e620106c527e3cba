/** The code that proves to the simulator's issuers who the card holder is. */
export const rightCode = "000000";

/** Answers a 3-D Secure challenge as the card holder's browser would. Returns where it is sent afterwards. */
export async function answerChallenge(url: string, code: string = rightCode): Promise<string | null> {
  const answer = await fetch(url, {
    method: "POST",
    body: new URLSearchParams({ code }),
    redirect: "manual",
  });
  await answer.arrayBuffer();
  return answer.headers.get("location");
}
