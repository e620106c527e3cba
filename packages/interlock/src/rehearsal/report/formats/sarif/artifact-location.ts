import { pathToFileURL } from "node:url";
import { isAbsolute } from "node:path";
import type { ArtifactLocation } from "sarif";

/** A file of the repository by its path in it; any other by its address on this machine. */
export function artifactLocation(path: string): ArtifactLocation {
  if (isAbsolute(path)) return { uri: pathToFileURL(path).href };
  return { uri: path.split("/").map(encodeSegment).join("/"), uriBaseId: "%SRCROOT%" };
}

function encodeSegment(segment: string): string {
  // Half a surrogate pair can't be written in a URI.
  return encodeURIComponent(segment.toWellFormed());
}
