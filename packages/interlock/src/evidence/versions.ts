/** An app version with the hash of its workload: evidence counts for exactly these statements. */
export interface WorkloadVersion {
  appVersion: string;
  sha256: string;
}
