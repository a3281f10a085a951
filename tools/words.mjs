/** `node tools/words.mjs [root]`: refuses words that the code base does not use, and names the better ones. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { root as clone } from './toolchain/paths.mjs';
import { CLEAN_FOLDERS, EXCEPTIONS } from './words/exceptions.mjs';
import { refusedWords } from './words/scan.mjs';

const READ = /\.(?:ts|mjs|py|mqh|mq5|md)$/;

const root = process.argv[2] ?? clone;
const unused = new Set(EXCEPTIONS.filter(({ file }) => existsSync(join(root, file))));
const lines = files().flatMap((file) => refusals(file));
for (const { file, word } of unused) lines.push(`${file}: the exception for "${word ?? 'any word'}" is not needed`);
for (const line of lines) console.log(line);
process.exitCode = lines.length === 0 ? 0 : 1;

function files() {
  return CLEAN_FOLDERS.map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && READ.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

function refusals(file) {
  return refusedWords(file, readFileSync(join(root, file), 'utf8'))
    .filter(({ word }) => !isException(file, word))
    .map(({ line, word, better }) => `${file}:${line} "${word}": write ${better}`);
}

function isException(file, word) {
  const known = EXCEPTIONS.find((exception) => exception.file === file && (exception.word ?? word) === word);
  unused.delete(known);
  return known !== undefined;
}
