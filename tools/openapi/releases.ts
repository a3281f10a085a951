import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiDocument } from './breaking-changes.js';

/** Holds the document of every release, named by its version. */
const FOLDER = 'docs/openapi';

/** A released document. */
export interface Release {
  readonly version: string;
  readonly document: ApiDocument;
}

/** The newest release that is kept in `docs/openapi`. @throws Error when there is none */
export function lastRelease(root: string): Release {
  const versions = readdirSync(join(root, FOLDER))
    .flatMap((name) => /^(\d+\.\d+\.\d+)\.json$/.exec(name)?.[1] ?? [])
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const version = versions.at(-1);
  if (version === undefined) throw new Error(`${FOLDER} holds no release`);
  const document = JSON.parse(readFileSync(join(root, FOLDER, `${version}.json`), 'utf8')) as ApiDocument;
  return { version, document };
}

/** Keeps `text` as the document of `version`. @throws Error when that version is released already */
export function keepRelease(root: string, version: string, text: string): string {
  const file = join(FOLDER, `${version}.json`);
  writeFileSync(join(root, file), text, { flag: 'wx' });
  return file;
}
