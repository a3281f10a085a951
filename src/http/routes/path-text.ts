import { Injectable, Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { ProblemResponses } from '../problems/problem.responses.js';
import { documented } from './documented-parameter.js';

/** Longer than every name and id; longer texts are cut. */
const MAX_LENGTH = 64;

@Injectable()
class ShortText implements PipeTransform<string, string> {
  transform(text: string): string {
    return text.slice(0, MAX_LENGTH);
  }
}

/** Handler parameter: a name or id of the path, cut to a bounded length. */
export function PathText(name: string, description: string, example: string): ParameterDecorator {
  return documented(
    Param(name, ShortText),
    ApiParam({ name, type: String, description, example }),
    ProblemResponses('not-found'),
  );
}
