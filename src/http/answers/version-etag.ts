/** The ETag of a resource that counts its changes: `"v3"`. */
export function versionEtag(version: number): string {
  return `"v${version}"`;
}
