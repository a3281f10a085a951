import { describe, expect, it } from '@jest/globals';
import { csvAnswer, csvLine, type CsvRow } from './csv.js';

describe('csvLine', () => {
  it.each([
    [['a', 1, null, ''], 'a,1,,\r\n'],
    [['a,b', 'say "x"', 'two\nlines'], '"a,b","say ""x""","two\nlines"\r\n'],
    [['=1+1', '+1', '-1', '@SUM(A1)'], "'=1+1,'+1,'-1,'@SUM(A1)\r\n"],
    [['\tx', '\r=x', '=HYPERLINK("x","y")'], '\'\tx,"\'\r=x","\'=HYPERLINK(""x"",""y"")"\r\n'],
    [[-5, 'a=b'], '-5,a=b\r\n'],
  ])('writes %j so that it is read as it is and runs nothing', (row, line) => {
    expect(csvLine(row as CsvRow)).toBe(line);
  });
});

describe('csvAnswer', () => {
  it('fails before anything is sent when the first page cannot be read', async () => {
    const pages = (async function* (): AsyncGenerator<readonly CsvRow[]> {
      yield await Promise.reject(new Error('away'));
    })();
    await expect(csvAnswer('x.csv', ['a'], pages)).rejects.toThrow('away');
  });

  it('asks for a page when the one before is taken, and no more', async () => {
    let asked = 0;
    const pages = (async function* (): AsyncGenerator<readonly CsvRow[]> {
      for (;;) yield Array.from({ length: 1000 }, () => [`${++asked}`.padEnd(100)]);
    })();
    const stream = (await csvAnswer('x.csv', ['a'], pages)).getStream();
    for await (const chunk of stream) if (String(chunk).startsWith('1 ')) break;
    expect(stream.destroyed).toBe(true);
    expect(asked).toBeLessThanOrEqual(5000);
  });
});
