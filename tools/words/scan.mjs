import { NAMES, PHRASES, SPELLINGS } from './word-list.mjs';

/** What may stand between two words of a phrase: blanks, or a line break with the mark of a comment. */
const GAP = String.raw`(?:[ \t]|\r?\n[ \t]*(?:\*|//|#)?[ \t]*)+`;
const PROSE = [...PHRASES, ...SPELLINGS].map(({ words, better }) => ({
  pattern: new RegExp(String.raw`(?<![\p{L}\d])(?:${words.replaceAll(' ', GAP)})(?![\p{L}\d])`, 'giu'),
  better,
}));
/** Comments and texts of TypeScript and MQL5, or of Python. A template is one text, its expressions included. */
const NO_CODE = {
  c: /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g,
  python: /"""[\s\S]*?"""|#[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g,
};
/** A word with capital letters inside is a name, also where it stands in a comment. */
const IDENTIFIER = /[A-Za-z_$][\w$]*/g;

/**
 * The refused words of one file, in the order of the lines.
 *
 * @returns {{ line: number, word: string, better: string }[]}
 */
export function refusedWords(file, text) {
  const found = [];
  const note = (index, word, better) => {
    found.push({ line: lineOf(text, index), word: word.replace(/\s+(?:\*|\/\/|#)?\s*/g, ' '), better });
  };
  for (const { pattern, better } of PROSE) {
    for (const { 0: word, index } of text.matchAll(pattern)) note(index, word, better);
  }
  for (const { 0: word, index } of withoutProse(file, text).matchAll(IDENTIFIER)) {
    const rule = NAMES.find(({ name }) => name.test(word));
    if (rule !== undefined) note(index, word, rule.better);
  }
  return found.sort((a, b) => a.line - b.line);
}

/** The code of a file, with blanks in place of comments and texts, so that positions stay. */
function withoutProse(file, text) {
  if (file.endsWith('.md')) return '';
  const noCode = file.endsWith('.py') ? NO_CODE.python : NO_CODE.c;
  return text.replace(noCode, (prose) => prose.replace(/[^\n]/g, ' '));
}

function lineOf(text, index) {
  return text.slice(0, index).split('\n').length;
}
