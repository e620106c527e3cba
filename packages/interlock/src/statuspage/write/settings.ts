import { join, resolve } from "node:path";
import { Failure } from "../../std/failure.ts";

export interface BucketSettings {
  bucket: string;
  /** Without slashes at its ends; may be empty. */
  prefix: string;
  /** Without a slash at the end. */
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

/** Where the status page is written to. */
export interface StatuspageSettings {
  directory: string;
  /** Null where no bucket is written to. */
  bucket: BucketSettings | null;
}

/**
 * From the environment: INTERLOCK_STATUSPAGE_DIRECTORY (else `statuspage` in the data directory) and
 * INTERLOCK_STATUSPAGE_S3, `s3://bucket/prefix`, with the credentials, region and endpoint in the variables that AWS's
 * own tools read. Throws `Failure` "statuspage-settings-not-valid".
 */
export function readStatuspageSettings(
  environment: Readonly<Record<string, string | undefined>>,
  { dataDirectory }: { dataDirectory: string },
): StatuspageSettings {
  const given = environment["INTERLOCK_STATUSPAGE_DIRECTORY"] ?? "";
  const target = environment["INTERLOCK_STATUSPAGE_S3"] ?? "";
  return {
    directory: given === "" ? join(dataDirectory, "statuspage") : resolve(given),
    bucket: target === "" ? null : readBucket(target, environment),
  };
}

function readBucket(
  target: string,
  environment: Readonly<Record<string, string | undefined>>,
): BucketSettings {
  const [, bucket, prefix = ""] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(target) ?? [];
  if (bucket === undefined) {
    throw notValid("INTERLOCK_STATUSPAGE_S3 is not of the form s3://bucket/prefix.");
  }
  const accessKeyId = environment["AWS_ACCESS_KEY_ID"] ?? "";
  const secretAccessKey = environment["AWS_SECRET_ACCESS_KEY"] ?? "";
  const sessionToken = environment["AWS_SESSION_TOKEN"] ?? "";
  if (accessKeyId === "" || secretAccessKey === "") {
    throw notValid("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set.");
  }
  const region = environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? "us-east-1";
  const endpoint =
    environment["AWS_ENDPOINT_URL_S3"] ??
    environment["AWS_ENDPOINT_URL"] ??
    `https://s3.${region}.amazonaws.com`;
  if (!URL.canParse(endpoint) || !/^https?:/.test(endpoint)) {
    throw notValid("AWS_ENDPOINT_URL_S3 (or AWS_ENDPOINT_URL) is no http:// or https:// address.");
  }
  return {
    bucket,
    prefix: prefix.replaceAll(/^\/+|\/+$/g, ""),
    endpoint: endpoint.replace(/\/+$/, ""),
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === "" ? {} : { sessionToken }) },
  };
}

function notValid(why: string): Failure {
  return new Failure({
    code: "statuspage-settings-not-valid",
    message: "Where the status page is written to can't be understood.",
    why,
    state: "Nothing was started.",
    next: "Correct the environment variable; docs/guide/status-page.md says what each one is.",
  });
}
