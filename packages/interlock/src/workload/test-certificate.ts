import { generateKeyPairSync, sign } from "node:crypto";

/** For tests: a key and a certificate for `localhost` that it signs itself, both in PEM, valid until 2049. */
export function makeCertificate(): { key: string; certificate: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const ecdsaWithSha256 = sequence(hex("06082a8648ce3d040302"));
  const name = sequence(der(0x31, sequence(hex("0603550403"), der(0x0c, Buffer.from("localhost")))));
  const validity = sequence(der(0x17, Buffer.from("240101000000Z")), der(0x17, Buffer.from("491231235959Z")));
  const content = sequence(
    der(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign("sha256", content, privateKey)]));
  const whole = sequence(content, ecdsaWithSha256, signature).toString("base64");
  const lines = whole.match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
  };
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

/** A value of ASN.1 in DER: its tag, its length, its content. */
function der(tag: number, content: Buffer): Buffer {
  const length = content.length;
  const header =
    length < 128
      ? [tag, length]
      : length < 256
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), content]);
}

function hex(digits: string): Buffer {
  return Buffer.from(digits, "hex");
}
