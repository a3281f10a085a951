import type { Type } from '@nestjs/common';
import { Flag, Part, Parts, Schema, Text } from '../members.js';

/** Base of every success answer. Handlers return the other members. */
export abstract class SuccessAnswer {
  @Flag('Always true.', true) readonly success!: boolean;
}

declare const RETURNED: unique symbol;

/** The documented class of an answer whose handler returns only `R`. */
export type AnswerClass<R> = Type<object> & { readonly [RETURNED]: R };

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string | undefined;
}

/** What a handler returns whose route documents the class `C` as its answer. */
export type Returned<C> =
  C extends AnswerClass<infer R>
    ? R
    : C extends Type<infer T>
      ? T extends SuccessAnswer
        ? Omit<T, 'success'>
        : T
      : unknown;

type Wrap = (value: never) => object;

const wraps = new WeakMap<object, Wrap>();
const inData: Wrap = (data) => ({ success: true, data });
const asPage: Wrap = ({ items, nextCursor }: Page<unknown>) => ({
  success: true,
  data: items,
  next_cursor: nextCursor ?? null,
});
const flat: Wrap = (members) => ({ success: true, ...(members as object) });

/** How what a handler returns becomes the answer of this class; undefined where it is the answer already. */
export function wrapOf(answer: Type<object>): Wrap | undefined {
  return wraps.get(answer) ?? (answer.prototype instanceof SuccessAnswer ? flat : undefined);
}

/** `{ success, data }`; the schema has this name in the document. */
export function answerOf<T extends object>(name: string, view: Type<T>, description: string): AnswerClass<T> {
  class Answer extends SuccessAnswer {
    @Part(description, view) readonly data!: T;
  }
  return named<T>(Answer, { name, description, wrap: inData });
}

/** `{ success, data, next_cursor }`; the handler returns a {@link Page}. */
export function pageOf<T extends object>(name: string, view: Type<T>, description: string): AnswerClass<Page<T>> {
  class Answer extends SuccessAnswer {
    @Parts(description, view) readonly data!: readonly T[];
    @NextCursor() readonly next_cursor!: string | null;
  }
  return named<Page<T>>(Answer, { name, description, wrap: asPage });
}

export function NextCursor() {
  return Text('Cursor of the next page; null on the last.', null, 'nullable');
}

function named<R>(
  answer: Type<object>,
  { name, description, wrap }: { name: string; description: string; wrap: Wrap },
): AnswerClass<R> {
  Object.defineProperty(answer, 'name', { value: name });
  Schema(description)(answer);
  wraps.set(answer, wrap);
  return answer as AnswerClass<R>;
}
