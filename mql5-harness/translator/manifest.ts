import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A name of the MQL5 API that programs here may use. */
interface ManifestEntry {
  /** What the model takes for granted beyond the manual, and what would settle it in a real terminal. */
  readonly assumed?: readonly { readonly what: string; readonly settledBy: string }[];
  readonly name: string;
  /** The page of the manual that says so, or `assumed`. */
  readonly source: string;
}

/** The part of the MQL5 API that programs may use; the runtime has exactly this. */
export interface Manifest {
  readonly functions: readonly (ManifestEntry & { readonly signature: string })[];
  /** Also the values of enumerations and the predefined variables. */
  readonly constants: readonly (ManifestEntry & { readonly type: string })[];
  readonly types: readonly (ManifestEntry & {
    readonly kind: 'enum' | 'struct';
    readonly members?: readonly string[];
  })[];
}

/** The manifest of the repository. */
export function readManifest(): Manifest {
  return JSON.parse(readFileSync(join(import.meta.dirname, '..', 'manifest.json'), 'utf8')) as Manifest;
}
