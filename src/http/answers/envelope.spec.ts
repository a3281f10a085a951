import { describe, expect, it } from '@jest/globals';
import { answerOf, pageOf, SuccessAnswer, wrapOf } from './envelope.js';
import { Schema, schemaText, Text } from '../members.js';

@Schema('A thing.')
class ThingView {
  @Text('Its name.', 'a') readonly name!: string;
}

@Schema('Its parts stand next to success.')
class FlatAnswer extends SuccessAnswer {
  @Text('Its name.', 'a') readonly name!: string;
}

const wrap = (answer: Parameters<typeof wrapOf>[0], value: object) => wrapOf(answer)?.(value as never);

describe('the answer of a route', () => {
  it('has what the handler returns under data', () => {
    expect(wrap(answerOf('ThingAnswer', ThingView, 'One.'), { name: 'b' })).toEqual({
      success: true,
      data: { name: 'b' },
    });
  });

  it('has the items of a page under data, and null as next_cursor on the last page', () => {
    const answer = pageOf('ThingListAnswer', ThingView, 'Some.');
    expect(wrap(answer, { items: [], nextCursor: 'c' })).toEqual({ success: true, data: [], next_cursor: 'c' });
    expect(wrap(answer, { items: [] })).toEqual({ success: true, data: [], next_cursor: null });
  });

  it('has the members of the handler next to success where its class says so', () => {
    expect(wrap(FlatAnswer, { name: 'b' })).toEqual({ success: true, name: 'b' });
  });

  it('is what the handler returns where its class has no envelope', () => {
    expect(wrapOf(ThingView)).toBeUndefined();
  });

  it('is documented under its own name with one text', () => {
    const answer = answerOf('ThingAnswer', ThingView, 'One.');
    expect([answer.name, schemaText(answer), schemaText(ThingView)]).toEqual(['ThingAnswer', 'One.', 'A thing.']);
  });
});
