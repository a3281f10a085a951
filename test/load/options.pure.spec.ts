import { describe, expect, it } from '@jest/globals';
import { helpText } from '../../cli/load/option-help.js';
import { optionNames } from '../../cli/load/option-table.js';
import { parseOptions } from '../../cli/load/parse-options.js';

const parse = (...words: string[]): ReturnType<typeof parseOptions> => parseOptions(words, {});

describe('the options of a load test', () => {
  it('have the defaults of the guide', () => {
    expect(parse()).toEqual({
      scenarios: ['concurrent'],
      queryType: 'simple',
      queries: 1000,
      workers: 50,
      burst: { size: 100, count: 10, intervalMs: 2000 },
      pool: { size: 5, overflow: 10 },
      pools: [
        { size: 3, overflow: 5 },
        { size: 5, overflow: 10 },
        { size: 20, overflow: 30 },
      ],
      checkoutTimeoutMs: 10_000,
      queryTimeoutMs: 7000,
      maxWaiters: 100,
      limitMs: 300_000,
      target: { kind: 'own', pgbouncer: true },
      json: false,
    });
    expect(parse('--no-pgbouncer')).toMatchObject({
      pool: { size: 20, overflow: 30 },
      checkoutTimeoutMs: 30_000,
      target: { kind: 'own', pgbouncer: false },
    });
  });

  it('may be written as in the guide', () => {
    const ours = parse(
      ...'burst --queries 5 --workers 2 --burst-size 3 --burst-count 4 --burst-interval 0.5'.split(' '),
    );

    expect(
      parse(
        ...'--test-type burst --num-queries=5 --num-workers 2 --burst-size 3 --num-bursts 4 --burst-interval=0.5'.split(
          ' ',
        ),
      ),
    ).toEqual(ours);
    expect(ours).toMatchObject({ queries: 5, workers: 2, burst: { size: 3, count: 4, intervalMs: 500 } });
    expect(parse('all')).toMatchObject({ scenarios: ['concurrent', 'burst', 'pools'] });
  });

  it.each([
    [['--queries', '0'], /--queries must be a whole number from 1 to 1000000, not "0"/],
    [['--queries', '-5'], /not "-5"/],
    [['--queries', '1e9'], /not "1e9"/],
    [['--queries', '0x64'], /not "0x64"/],
    [['--queries', '+10'], /not "\+10"/],
    [['--queries', '10.5'], /not "10.5"/],
    [['--queries', '99999999999999999999'], /not "9+"/],
    [['--workers', 'abc'], /--workers must be a whole number from 1 to 10000, not "abc"/],
    [['--workers', '--json'], /--workers must be .* not "--json"/],
    [['--workers='], /--workers needs a value/],
    [['--workers'], /--workers needs a value/],
    [['--queries', '5\u001b[31m'], /not "5\?\[31m"/],
    [['--queries', '5', '--num-queries', '6'], /--queries is given twice/],
    [['--burst-interval', '-1'], /number of seconds from 0 to 60/],
    [['--burst-interval', 'NaN'], /number of seconds/],
    [['--burst-size', '10000', '--burst-count', '1000'], /at most 1000000, not 10000000/],
    [['--pool-size', '0'], /--pool-size must be a whole number from 1 to 200/],
    [['--query-type', 'heavy'], /--query-type must be one of simple, complex, not "heavy"/],
    [['sideways'], /--scenario must be one of concurrent, burst, pools, all, not "sideways"/],
    [['burst', 'pools'], /--scenario is given twice/],
    [['--querys', '5'], /no option --querys\. Did you mean --queries\?/],
    [['-q'], /no option -q\./],
    [['--constructor'], /no option --constructor/],
    [['--json=yes'], /--json takes no value/],
    [['pools', '--pool-size', '3'], /do not apply to the scenario pools/],
    [['burst', '--pools', '3+5'], /--pools does not apply/],
    [['pools', '--pools', '3+5,,2'], /--pools must be a list like 3\+5,20\+30/],
    [['pools', '--pools', '0+5'], /--pools must be a list/],
    [['pools', '--pools', Array.from({ length: 11 }, () => '1+1').join(',')], /at most 10 pools, not 11/],
    [['--no-pgbouncer', '--pool-size', '150', '--max-overflow', '100'], /at most 190 connections, not 150\+100/],
    [['--max-seconds', '0'], /--max-seconds must be/],
  ])('refuses %j with a sentence that says what is allowed', (words, message) => {
    expect(() => parse(...words)).toThrow(message);
  });

  it.each([
    'postgres://u:secret@db.example.com/prod',
    'postgres://u:secret@10.0.0.1/prod',
    'postgres://u:secret@127.0.0.1.example.com/prod',
    'postgres://u:secret@127.0.0.1/prod?host=db.example.com',
    'postgres://u:secret@%2Fvar%2Frun/prod',
    'secret nonsense',
  ])('refuses %s, which is not on this machine, without repeating the secret', (url) => {
    const refusal = (environment: NodeJS.ProcessEnv, ...words: string[]): string => {
      try {
        parseOptions(words, environment);
        return 'accepted';
      } catch (error) {
        return String(error);
      }
    };

    for (const message of [refusal({}, '--database-url', url), refusal({ LOAD_DATABASE_URL: url })]) {
      expect(message).toMatch(/^UsageError: .*(not on this machine|must be of the form)/);
      expect(message).not.toContain('secret');
    }
    expect(parse('--database-url', url, '--yes-i-own-this-database')).toMatchObject({ target: { kind: 'given', url } });
  });

  it('accept a database on this machine as it is', () => {
    for (const host of ['localhost', '127.0.0.1', '127.8.9.1', '[::1]']) {
      const url = `postgres://u:p@${host}:6432/d`;
      expect(parse('--database-url', url)).toMatchObject({ target: { kind: 'given', url } });
    }
  });

  it('are all in the help', () => {
    expect(optionNames().filter((name) => !helpText().includes(`--${name}`))).toEqual([]);
    expect(parse('--help')).toBe('help');
  });
});
