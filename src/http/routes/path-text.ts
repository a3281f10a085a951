import { Injectable, Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { ProblemResponses } from '../problems/problem.responses.js';
import { documented } from './documented-parameter.js';

/** Longer than every name and id; the rest of a longer one is not worth a look. */
const MAX_LENGTH = 64;

@Injectable()
class ShortText implements PipeTransform<string, string> {
  transform(text: string): string {
    return text.slice(0, MAX_LENGTH);
  }
}

/** Handler parameter: what a path names, cut to a sane length. A thing that is not there is answered with 404. */
export function PathText(name: string, description: string, example: string): ParameterDecorator {
  return documented(
    Param(name, ShortText),
    ApiParam({ name, type: String, description, example }),
    ProblemResponses('not-found'),
  );
}
