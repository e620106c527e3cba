import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startReceiver, type Receiver } from "../testing/receiver.ts";
import { createGuardedAgent } from "./guarded-agent.ts";
import { postNotification, type Posted } from "./post-notification.ts";
import { createResolve, type Resolve } from "./resolve-receiver.ts";

async function post(
  url: string,
  { resolve, allowLoopback = false }: { resolve: Resolve; allowLoopback?: boolean },
): Promise<Posted> {
  const timeouts = { connectTimeoutMs: 2_000, answerTimeoutMs: 2_000 };
  const agent = createGuardedAgent({ resolve, allowLoopback, ...timeouts });
  try {
    return await postNotification(agent, {
      url,
      headers: {},
      body: "{}",
      signal: AbortSignal.timeout(5_000),
    });
  } finally {
    await agent.destroy();
  }
}

const always =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses;
const never: Resolve = async (hostname) => {
  throw new Error(`${hostname} was looked up`);
};

describe("a connection to a receiver", () => {
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await startReceiver();
  });
  afterAll(async () => receiver.stop());

  const port = (): string => new URL(receiver.url).port;
  test.each(["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "127.1", "2130706433", "0x7f000001", "0.0.0.0"])(
    "an address in the URL is checked: %s",
    async (host) => {
      const { failure } = await post(`http://${host}:${port()}/`, { resolve: never });
      expect(failure).toMatch(/^address refused: (loopback|unspecified)$/);
      expect(receiver.received).toEqual([]);
    },
  );

  test("a name is refused when one of its addresses is, whichever", async () => {
    const resolve = always("8.8.8.8", "127.0.0.1");
    expect(await post(`http://shop.example:${port()}/`, { resolve })).toEqual({
      statusCode: 0,
      failure: "address refused: loopback",
    });
    expect(receiver.received).toEqual([]);
  });

  test("a name that changes its mind gains nothing: it is asked for once, and that answer is used", async () => {
    const answers = [["127.0.0.1"], ["10.0.0.1"]];
    let asked = 0;
    const resolve: Resolve = async () => answers[asked++] ?? [];
    // The second answer would be refused; the connection goes to the first one.
    const url = `http://rebinding.example:${port()}/`;
    expect(await post(url, { resolve, allowLoopback: true })).toEqual({ statusCode: 200, failure: null });
    expect(asked).toBe(1);
    expect(await post(url, { resolve, allowLoopback: true })).toMatchObject({
      failure: "address refused: private",
    });
    expect(asked).toBe(2);
    expect(receiver.received).toHaveLength(1);
  });

  test("every new connection is checked: public at first, loopback the next time", async () => {
    const before = receiver.received.length;
    let asked = 0;
    const resolve: Resolve = async () => (asked++ === 0 ? ["192.0.2.1"] : ["127.0.0.1"]);
    const url = `http://rebinding.example:${port()}/`;
    expect(await post(url, { resolve })).toMatchObject({ failure: "address refused: reserved" });
    expect(await post(url, { resolve })).toMatchObject({ failure: "address refused: loopback" });
    expect(receiver.received).toHaveLength(before);
  });

  test.each(["localhost", "LOCALHOST", "localhost.", "shop.localhost"])(
    "%s is this machine, whatever name servers say",
    async (host) => {
      const posted = await post(`http://${host}:${port()}/`, { resolve: createResolve() });
      expect(posted).toEqual({ statusCode: 0, failure: "address refused: loopback" });
    },
  );

  test("a name without an address is a failure like any other", async () => {
    const posted = await post(`http://nobody.example:${port()}/`, { resolve: always() });
    expect(posted.statusCode).toBe(0);
    expect(posted.failure).not.toBeNull();
  });
});
